import { Drop } from 'liquidjs';
import type { CompiledTemplate } from './engine.ts';

/** The text that every value of a sample prints. One of them fits in each position of a JSON text. */
const prints = ['1', 'x', '"x"', '', '"x":1', ',"x":1', '{"x":1}'];
/** For each of these texts, the number of times that the conditions of the template are decided randomly. */
const roundsPerPrint = 16;
/** A template that takes more processor time than this is accepted without a result. */
const maxCpuMicroseconds = 100_000;

/**
 * Whether a body template can never render valid JSON, whatever the event is. Livehook knows no example of a payload,
 * so samples stand for all variables: any member exists, prints the same text, has two items, and makes comparisons
 * true or false at random. The template is rejected only if no sample renders valid JSON, and every tag printed
 * something in at least one of them.
 */
export function isNeverJson(template: CompiledTemplate): boolean {
  const random = createRandom();
  const cpuAtStart = process.cpuUsage();
  let isConclusive = false;
  for (const print of prints) {
    for (let round = 0; round < roundsPerPrint; round += 1) {
      // In the first two rounds, all decisions are the same.
      const decide = round < 2 ? () => round === 0 : () => random() < 0.5;
      const result = template.renderScope(createScope(print, decide));
      // An error of a filter for a sample does not mean an error for real values.
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
    // Any error of JSON.parse means that the text is not JSON.
    return false;
  }
}

/** A value that has every member. `decide` makes the result of every comparison, and says whether a member exists. */
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

  /** The value for filters and operators is the value itself. */
  override valueOf(): this {
    return this;
  }

  override toString(): string {
    return this.#print;
  }

  toJSON(): unknown {
    return 1;
  }

  // The methods that liquidjs calls for the operators ==, >, >=, <, <= and contains.
  equals = () => this.#decide();
  gt = () => this.#decide();
  geq = () => this.#decide();
  lt = () => this.#decide();
  leq = () => this.#decide();
  indexOf = () => (this.#decide() ? 0 : -1);
}

/** Pseudo-random numbers from 0 to 1, the same in every process (mulberry32). */
function createRandom(): () => number {
  let state = 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
