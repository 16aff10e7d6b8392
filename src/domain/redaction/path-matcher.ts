import { foldName, isNameAnywhere, type PathStep } from './redaction-path.ts';

/** The steps of redaction paths that may match at the next level of a document: one bit for each step of all paths. */
export type ActiveSteps = Uint32Array;

/** Matches all redaction paths at once, level by level of a document. */
export interface PathMatcher {
  /** The active steps at the root of the document. */
  readonly start: ActiveSteps;
  /** Whether a path ends at the member or item `at` of a value with these active steps. */
  matches(active: ActiveSteps, at: string | number): boolean;
  /** Returns the active steps inside the member or item `at` of a value. */
  descend(active: ActiveSteps, at: string | number): ActiveSteps;
  /** Whether a path contains this array index, so that its item may match differently from other items of the array. */
  namesIndex(index: number): boolean;
}

/** A bit set that stores only its 32-bit words that are not 0. */
type SparseBits = readonly { readonly word: number; readonly bits: number }[];

/**
 * Creates a nondeterministic automaton that matches all paths at once. For each member or item it takes one operation
 * per 32 steps of all paths, however often `**` and `*` could match. All paths of the form `**.name` together cost one
 * look-up.
 */
export function createPathMatcher(paths: readonly (readonly PathStep[])[]): PathMatcher {
  const anywhere = new Set<string>();
  const stepwise: (readonly PathStep[])[] = [];
  for (const path of paths) {
    const name = path.at(-1);
    if (isNameAnywhere(path) && name?.kind === 'name') anywhere.add(name.name);
    else stepwise.push(path);
  }
  const steps = stepwise.flat();
  const words = Math.ceil(steps.length / 32);
  const select = (isWanted: (step: PathStep, index: number) => boolean) => toBits(steps.map(isWanted), words);
  const firsts = new Set(stepwise.map((_, at) => stepwise.slice(0, at).reduce((sum, path) => sum + path.length, 0)));
  const isLast = (index: number) => index === steps.length - 1 || firsts.has(index + 1);

  const start = select((_, index) => firsts.has(index));
  const last = select((_, index) => isLast(index));
  const depth = select(step => step.kind === 'depth');
  const anyMember = select(step => step.kind === 'any');
  const anyItem = select(step => step.kind === 'any' || step.kind === 'items');
  const byName = group(steps, step => (step.kind === 'name' ? step.name : undefined));
  const byIndex = group(steps, step => (step.kind === 'item' ? step.index : undefined));
  const nothing = new Uint32Array(words);
  /**
   * The steps that match the name or index `fittingAt`. It is cached, because `matches` and `descend` are called one
   * after the other with the same name.
   */
  const fitting = new Uint32Array(words);
  let fittingAt: string | number | null = null;

  function selectFitting(at: string | number): void {
    if (at === fittingAt) return;
    fittingAt = at;
    const isName = typeof at === 'string';
    fitting.set(isName ? anyMember : anyItem);
    for (const { word, bits } of (isName ? byName.get(foldName(at)) : byIndex.get(at)) ?? []) {
      fitting[word] = bitsOf(fitting, word) | bits;
    }
  }

  return {
    start,
    namesIndex: index => byIndex.has(index),
    matches(active, at) {
      if (typeof at === 'string' && anywhere.size > 0 && anywhere.has(foldName(at))) return true;
      if (active === nothing) return false;
      selectFitting(at);
      let skipped = 0;
      for (let word = 0; word < words; word += 1) {
        const now = bitsOf(active, word);
        const carried = skipped >>> 31;
        skipped = now & bitsOf(depth, word);
        // `**` also matches zero levels, so the step after it is compared at the same level.
        const reached = now | (skipped << 1) | carried;
        if (reached & bitsOf(fitting, word) & bitsOf(last, word)) return true;
      }
      return false;
    },
    descend(active, at) {
      if (active === nothing) return nothing;
      selectFitting(at);
      const next = new Uint32Array(words);
      let all = 0;
      let skipped = 0;
      let moved = 0;
      for (let word = 0; word < words; word += 1) {
        const now = bitsOf(active, word);
        const carried = skipped >>> 31;
        const movedIn = moved >>> 31;
        skipped = now & bitsOf(depth, word);
        moved = (now | (skipped << 1) | carried) & bitsOf(fitting, word) & ~bitsOf(last, word);
        const bits = (moved << 1) | movedIn | skipped;
        next[word] = bits;
        all |= bits;
      }
      return all === 0 ? nothing : next;
    },
  };
}

function bitsOf(set: Uint32Array, word: number): number {
  return set[word] as number;
}

function toBits(flags: readonly boolean[], words: number): Uint32Array {
  const set = new Uint32Array(words);
  for (const [index, flag] of flags.entries()) {
    if (flag) set[index >>> 5] = bitsOf(set, index >>> 5) | (1 << (index & 31));
  }
  return set;
}

/** Groups the steps by a key, as sparse bit sets. Steps with an undefined key are left out. */
function group<Key>(
  steps: readonly PathStep[],
  keyOf: (step: PathStep) => Key | undefined,
): ReadonlyMap<Key, SparseBits> {
  const groups = new Map<Key, { word: number; bits: number }[]>();
  for (const [index, step] of steps.entries()) {
    const key = keyOf(step);
    if (key === undefined) continue;
    const entries = groups.get(key) ?? [];
    groups.set(key, entries);
    const entry = entries.at(-1);
    if (entry?.word === index >>> 5) entry.bits |= 1 << (index & 31);
    else entries.push({ word: index >>> 5, bits: 1 << (index & 31) });
  }
  return groups;
}
