import { Drop } from 'liquidjs';
import type { CompiledTemplate } from './engine.ts';

/** The texts that sample values print. Wherever a template inserts a value into JSON, one of them is valid there. */
const prints = ['1', 'x', '"x"', '', '"x":1', ',"x":1', '{"x":1}'];
/** The number of samples for each of these texts. Conditions of the template are decided randomly in each. */
const roundsPerPrint = 16;
/** If checking a template takes more processor time than this, the check stops and accepts the template. */
const maxCpuMicroseconds = 100_000;

/**
 * Whether a body template can never render valid JSON, for any event. Livehook has no example of a payload, so sample
 * values replace all variables: any member exists, prints the same text, has two items, and makes comparisons true or
 * false at random. The template is rejected only if no sample renders valid JSON, and in at least one sample every tag
 * printed something.
 */
export function isNeverJson(template: CompiledTemplate): boolean {
  const random = createRandom();
  const cpuAtStart = process.cpuUsage();
  let isConclusive = false;
  for (const print of prints) {
    for (let round = 0; round < roundsPerPrint; round += 1) {
      // In the first round every condition is true, in the second every condition is false, and later rounds are
      // random.
      const decide = round < 2 ? () => round === 0 : () => random() < 0.5;
      const result = template.renderScope(createScope(print, decide));
      // A sample that fails, for example in a filter, proves nothing about real values, so the template is accepted.
      if (!result.ok || isJson(result.text) || process.cpuUsage(cpuAtStart).user > maxCpuMicroseconds) return false;
      isConclusive ||= result.isComplete && result.text.trim() !== '';
    }
  }
  return isConclusive;
}

function createScope(print: string, decide: () => boolean): object {
  const value = new SampleValue(print, decide);
  return { event: value, payload: value, delivery: value, endpoint: value };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // JSON.parse throws only if the text is not JSON.
    return false;
  }
}

/** A value that has every member. `decide` decides the result of each comparison, and whether a member exists. */
class SampleValue extends Drop {
  readonly #print: string;
  readonly #decide: () => boolean;
  readonly size = 2;

  constructor(print: string, decide: () => boolean) {
    super();
    this.#print = print;
    this.#decide = decide;
  }

  override liquidMethodMissing(): unknown {
    return this.#decide() ? this.first : undefined;
  }

  get first(): SampleValue {
    return new SampleValue(this.#print, this.#decide);
  }

  get last(): SampleValue {
    return this.first;
  }

  *[Symbol.iterator](): Generator<SampleValue> {
    yield this.first;
    yield this.last;
  }

  /** liquidjs passes the result to filters and operators, which need the methods of this object. */
  override valueOf(): this {
    return this;
  }

  override toString(): string {
    return this.#print;
  }

  toJSON(): unknown {
    return 1;
  }

  // liquidjs calls these methods for the operators ==, >, >=, <, <= and contains.
  equals = () => this.#decide();
  gt = () => this.#decide();
  geq = () => this.#decide();
  lt = () => this.#decide();
  leq = () => this.#decide();
  indexOf = () => (this.#decide() ? 0 : -1);
}

/**
 * Creates a generator of pseudo-random numbers from 0 to 1 (mulberry32). The sequence is the same in every process, so
 * that a check always has the same result.
 */
function createRandom(): () => number {
  let state = 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
