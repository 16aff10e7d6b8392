import { BadUserInputError } from '../../errors.ts';

/** One step of a redaction path, from a value to the values in it. */
export type PathStep =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'item'; readonly index: number }
  /** `[*]`: any item of an array. */
  | { readonly kind: 'items' }
  /** `*`: any member of an object or item of an array. */
  | { readonly kind: 'any' }
  /** `**`: any number of levels, including none. */
  | { readonly kind: 'depth' };

const maxPathLength = 200;
/** The largest number of steps of one path: names, indexes, `*` and `**`. */
export const maxStepsPerPath = 32;
/** The largest number of `**` in one path. */
export const maxDepthStepsPerPath = 4;
/** The largest number of steps of all paths of a tenant together, not counting paths such as `**.name`. */
export const maxStepsInAll = 1000;
const stepForm = /^(?:(\*\*)|(\*)|([^\s.*[\]"\\\p{Cc}][^.*[\]"\\\p{Cc}]*))((?:\[(?:\*|\d{1,6})\])*)$/u;

/**
 * Parses a path such as `card.number`, `*.iban`, `items[*].pan`, `items[0].pan` or `**.cvv`. Names are joined by dots
 * and start at the root of the payload. `*` is any member or item, `[*]` any item, and `**` any number of levels.
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

/**
 * Checks the paths that a tenant wants to set. The limits bound the time that redacting an event takes.
 *
 * @throws BadUserInputError naming the path, such as `input.paths.3`, or `argument` if all paths together have too many
 *   steps.
 */
export function requireRedactionPaths(paths: readonly string[], argument: string): void {
  let stepsInAll = 0;
  for (const [index, path] of paths.entries()) {
    const steps = parseRedactionPath(path, `${argument}.${index}`);
    const depthSteps = steps.filter(step => step.kind === 'depth').length;
    if (steps.length > maxStepsPerPath) {
      throw new BadUserInputError(
        `${argument}.${index}`,
        `must have at most ${maxStepsPerPath} steps; it has ${steps.length}`,
      );
    }
    if (depthSteps > maxDepthStepsPerPath) {
      throw new BadUserInputError(
        `${argument}.${index}`,
        `must have "**" at most ${maxDepthStepsPerPath} times; it has it ${depthSteps} times`,
      );
    }
    if (!isNameAnywhere(steps)) stepsInAll += steps.length;
  }
  if (stepsInAll > maxStepsInAll) {
    throw new BadUserInputError(
      argument,
      `must have at most ${maxStepsInAll} steps in all, paths such as **.name not counted; these have ${stepsInAll}`,
    );
  }
}

/** Whether a path is of the form `**.name`. */
export function isNameAnywhere(path: readonly PathStep[]): boolean {
  return path.length === 2 && path[0]?.kind === 'depth' && path[1]?.kind === 'name';
}

/**
 * Folds a name for comparison: lower case, without `_`, `-`, `.` and spaces, so that `card_number` equals `cardNumber`.
 */
export function foldName(name: string): string {
  return name.toLowerCase().replace(/[ _.-]/g, '');
}

function malformed(argument: string): BadUserInputError {
  return new BadUserInputError(argument, 'must be a path such as card.number, *.iban, items[*].pan or **.cvv');
}
