import { BadUserInputError } from '../errors.ts';
import { type IdPrefix, parseId } from '../ids.ts';

const articles: Record<IdPrefix, string> = {
  tnt: 'a tenant',
  key: 'an API key',
  ep: 'an endpoint',
  evt: 'an event',
  dlv: 'a delivery',
  blk: 'a bulk operation',
  aud: 'an entry of the audit log',
  ptk: 'a portal token',
};

/** The UUID of an id given by a client. @throws BadUserInputError naming `argument` where it is malformed or of another kind. */
export function requireId(prefix: IdPrefix, id: string, argument: string): string {
  const uuid = parseId(prefix, id);
  if (uuid === null)
    throw new BadUserInputError(
      argument,
      `must be the id of ${articles[prefix]}, such as ${prefix}_01h455vb4pex5vsknk084sn02q`,
    );
  return uuid;
}

/**
 * Text that can be stored, shown and put on a line: trimmed of nothing, 1 to `maxLength` characters, without control
 * characters and lone surrogates (PostgreSQL and JSON disagree about those).
 *
 * @throws BadUserInputError naming `argument`.
 */
export function requireLine(text: string, argument: string, maxLength: number): string {
  if (text.trim() === '') throw new BadUserInputError(argument, 'must not be empty');
  if (text.length > maxLength) throw new BadUserInputError(argument, `must have at most ${maxLength} characters`);
  if (/\p{Cc}/u.test(text)) throw new BadUserInputError(argument, 'must not contain control characters');
  if (!text.isWellFormed()) throw new BadUserInputError(argument, 'must be well-formed Unicode');
  return text;
}

/** @throws BadUserInputError naming `argument` where the number is outside the bounds, which are inclusive. */
export function requireInteger(value: number, argument: string, minimum: number, maximum: number): number {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw new BadUserInputError(argument, `must be a whole number from ${minimum} to ${maximum}`);
}
