import { BadUserInputError } from '../../errors.ts';

/** One step of a path, from a value to those inside it. */
export type PathStep =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'item'; readonly index: number }
  /** Any item of an array. */
  | { readonly kind: 'items' }
  /** Any member of an object, any item of an array. */
  | { readonly kind: 'any' }
  /** Any number of levels, none included. */
  | { readonly kind: 'depth' };

const maxPathLength = 200;
const stepForm = /^(?:(\*\*)|(\*)|([^\s.*[\]"\\\p{Cc}][^.*[\]"\\\p{Cc}]*))((?:\[(?:\*|\d{1,6})\])*)$/u;

/**
 * The steps of a path such as `card.number`, `*.iban`, `items[*].pan`, `items[0].pan` or `**.cvv`. Names are joined by
 * dots and begin at the payload's root; `*` is any member or item, `[*]` any item, `**` any number of levels.
 *
 * @throws BadUserInputError naming `argument`.
 */
export function parseRedactionPath(path: string, argument: string): PathStep[] {
  if (path.length > maxPathLength)
    throw new BadUserInputError(argument, `must have at most ${maxPathLength} characters`);
  if (!path.isWellFormed()) throw new BadUserInputError(argument, 'must be well-formed Unicode');
  const steps = path.split('.').flatMap(text => {
    const [whole, depth, any, name = '', indexes = ''] = stepForm.exec(text) ?? [];
    if (whole === undefined || (name !== '' && foldName(name) === '')) throw malformed(argument);
    const first: PathStep = depth ? { kind: 'depth' } : any ? { kind: 'any' } : { kind: 'name', name: foldName(name) };
    const items = [...indexes.matchAll(/\[(\*|\d+)\]/g)].map(
      ([, index]): PathStep => (index === '*' ? { kind: 'items' } : { kind: 'item', index: Number(index) }),
    );
    return [first, ...items];
  });
  const isDoubled = steps.some((step, at) => step.kind === 'depth' && steps[at + 1]?.kind === 'depth');
  if (isDoubled || steps.at(-1)?.kind === 'depth') throw malformed(argument);
  return steps;
}

/** A name as it is compared: in lower case, without `_`, `-`, `.` and spaces, so that `card_number` is `cardNumber`. */
export function foldName(name: string): string {
  return name.toLowerCase().replace(/[ _.-]/g, '');
}

function malformed(argument: string): BadUserInputError {
  return new BadUserInputError(argument, 'must be a path such as card.number, *.iban, items[*].pan or **.cvv');
}
