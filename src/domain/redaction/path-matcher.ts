import { foldName, type PathStep } from './redaction-path.ts';

/** The steps that may come next below a value: places in the matcher's list. */
export type Places = readonly number[];

/** All paths at once, walked level by level along a document. */
export interface PathMatcher {
  /** Below the root. */
  readonly start: Places;
  /** Whether the value at this member or item is meant, and what may come next below it. */
  step(places: Places, at: string | number): { readonly isMeant: boolean; readonly next: Places };
}

const nowhere: Places = [];

export function createPathMatcher(paths: readonly (readonly PathStep[])[]): PathMatcher {
  // Most paths are one name at any depth: a look-up for all of them together.
  const anywhere = new Set<string>();
  const steps: (PathStep & { readonly isLast: boolean })[] = [];
  const start: number[] = [];
  for (const path of paths) {
    const [first, second] = path;
    if (path.length === 2 && first?.kind === 'depth' && second?.kind === 'name') anywhere.add(second.name);
    else {
      start.push(steps.length);
      steps.push(...path.map((step, index) => ({ ...step, isLast: index === path.length - 1 })));
    }
  }

  function fits(step: PathStep, at: string | number): boolean {
    if (step.kind === 'name') return step.name === at;
    if (step.kind === 'item') return step.index === at;
    return step.kind === 'any' || typeof at === 'number';
  }

  return {
    start,
    step(places, rawAt) {
      const at = typeof rawAt === 'string' ? foldName(rawAt) : rawAt;
      if (typeof at === 'string' && anywhere.has(at)) return { isMeant: true, next: nowhere };
      const next = new Set<number>();
      for (let place of places) {
        let step = steps[place];
        if (step?.kind === 'depth') {
          next.add(place);
          place += 1;
          step = steps[place];
        }
        if (!step || !fits(step, at)) continue;
        if (step.isLast) return { isMeant: true, next: nowhere };
        next.add(place + 1);
      }
      return { isMeant: false, next: [...next] };
    },
  };
}
