import { BadUserInputError, type InputProblem } from '../errors.ts';
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

/**
 * Parses the id that a client sent, and returns its UUID.
 *
 * @throws BadUserInputError naming `argument` if the id is malformed or of another type.
 */
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
 * Checks a text that can be stored and shown on one line: 1 to `maxLength` characters, without control characters and
 * lone surrogates. The text is not trimmed.
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

/**
 * Checks that the number is an integer from `minimum` to `maximum`.
 *
 * @throws BadUserInputError naming `argument`.
 */
export function requireInteger(value: number, argument: string, minimum: number, maximum: number): number {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw new BadUserInputError(argument, `must be a whole number from ${minimum} to ${maximum}`);
}

/** Returns the path of a field of an input. If `path` is empty, the field is an argument itself. */
export function joinPath(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}

/** The largest number of problems that are reported for one input. */
const maxProblems = 100;

/**
 * Runs all checks, so that one error tells a client every problem of its input.
 *
 * @returns the results of the checks by their names.
 * @throws BadUserInputError with the problems of all checks, at most 100. Any other error of a check is thrown
 *   immediately.
 */
export function checkAll<Checks extends Readonly<Record<string, () => unknown>>>(
  checks: Checks,
): { [Name in keyof Checks]: ReturnType<NonNullable<Checks[Name]>> } {
  const entries = Object.entries(checks);
  const values = checkEach(entries, ([, check]) => check());
  return Object.fromEntries(entries.map(([name], index) => [name, values[index]])) as {
    [Name in keyof Checks]: ReturnType<NonNullable<Checks[Name]>>;
  };
}

/**
 * Checks every entry of a list, so that one error tells a client every problem of its input.
 *
 * @throws BadUserInputError with the problems of all entries, at most 100. Any other error of `check` is thrown
 *   immediately.
 */
export function checkEach<In, Out>(entries: readonly In[], check: (entry: In, index: number) => Out): Out[] {
  const problems: InputProblem[] = [];
  const checked: Out[] = [];
  for (const [index, entry] of entries.entries()) {
    try {
      checked.push(check(entry, index));
    } catch (error) {
      if (!(error instanceof BadUserInputError)) throw error;
      problems.push(...error.problems);
      if (problems.length >= maxProblems) break;
    }
  }
  const [first, ...others] = problems.slice(0, maxProblems);
  if (first) throw new BadUserInputError(first.argument, first.message, others);
  return checked;
}
