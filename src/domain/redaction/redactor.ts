import { holdsCardNumber, isCardLiteral, maybeCardNumber } from './card-numbers.ts';
import { createPathMatcher, type Places } from './path-matcher.ts';
import type { PathStep } from './redaction-path.ts';

/** What stands in the place of a value that is redacted, as JSON. */
export const redacted = '"[REDACTED]"';

export interface RedactionRules {
  readonly paths: readonly (readonly PathStep[])[];
  /** Whether strings and numbers are redacted that hold a card number, wherever they stand. */
  readonly scansCardNumbers: boolean;
}

/** Valid JSON in; the same text out, but for the values that are redacted. */
export type Redact = (json: string) => string;

/** An object or array that is open, while its text is walked. */
interface Level {
  readonly places: Places;
  /** The index of the item that is next, or null: it is an object. */
  index: number | null;
  expectsName: boolean;
  /** Of an object: what the name that was read last leads to. */
  member: { readonly isMeant: boolean; readonly next: Places };
}

const nothing = { isMeant: false, next: [] };

/**
 * Redaction by these rules. A value that a path names is replaced whole, whatever it is; of one inside another, the outer.
 * Every other byte stays: numbers, order, duplicate keys, white space. Text that can't hold anything is told by one
 * search (about 1 us a kB) and returned as it is; other text is walked once, without recursion, at any depth.
 */
export function createRedactor({ paths, scansCardNumbers }: RedactionRules): Redact {
  const matcher = createPathMatcher(paths);
  const quickTests = [paths.length > 0 ? quickTestOf(paths) : null, scansCardNumbers ? maybeCardNumber : null];
  const mayMatch = (text: string) =>
    // An escape may stand for any letter or digit.
    text.includes('\\u') || quickTests.some(test => test?.test(text));

  function walk(text: string): string {
    const levels: Level[] = [];
    let result = '';
    let copied = 0;
    for (let at = 0; at < text.length; ) {
      const level = levels.at(-1);
      const char = text[at] as string;
      if (char === ',' && level) {
        if (level.index === null) level.expectsName = true;
        else level.index += 1;
        at += 1;
      } else if (char === '}' || char === ']') {
        levels.pop();
        at += 1;
      } else if (isBetween(char)) {
        at += 1;
      } else if (char === '"' && level?.expectsName) {
        const end = endOfString(text, at);
        level.expectsName = false;
        level.member = matcher.step(level.places, decode(text.slice(at, end)));
        at = end;
      } else {
        const { isMeant, next } = level ? memberOf(level) : { isMeant: false, next: matcher.start };
        const isOpen = char === '{' || char === '[';
        const end = isOpen ? at + 1 : char === '"' ? endOfString(text, at) : endOfLiteral(text, at);
        if (isMeant || (!isOpen && scansCardNumbers && isCard(text.slice(at, end)))) {
          result += text.slice(copied, at) + redacted;
          copied = isOpen ? endOfContainer(text, at) : end;
          at = copied;
          continue;
        }
        if (isOpen) {
          const index = char === '[' ? 0 : null;
          levels.push({ places: next, index, expectsName: index === null, member: nothing });
        }
        at = end;
      }
    }
    return result + text.slice(copied);
  }

  function memberOf(level: Level) {
    return level.index === null ? level.member : matcher.step(level.places, level.index);
  }

  return text => (mayMatch(text) ? walk(text) : text);
}

/** Matches any text that has a name without which no path fits. */
function quickTestOf(paths: RedactionRules['paths']): RegExp {
  const names = paths.map(path => path.findLast(step => step.kind === 'name')?.name);
  const isPlain = (name: string | undefined) => name !== undefined && /^[\x20-\x7e]+$/.test(name);
  if (!names.every(isPlain)) return /(?:)/;
  const forms = [...new Set(names)].map(name =>
    [...(name as string)].map(letter => letter.replace(/[$()+/?^{|}]/, '\\$&')).join('[ _.\\-]*'),
  );
  return new RegExp(`"[ _.\\-]*(?:${forms.join('|')})[ _.\\-]*"`, 'iu');
}

function isBetween(char: string): boolean {
  return char === ':' || char === ' ' || char === '\n' || char === '\r' || char === '\t';
}

function isCard(value: string): boolean {
  return value[0] === '"' ? holdsCardNumber(decode(value)) : /^[-\d]/.test(value) && isCardLiteral(value);
}

function decode(literal: string): string {
  return literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);
}

/** Where the string that begins at `start` is over: behind the first quote that no backslash escapes. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
}

const literalEnd = /[\s,\]}]|$/g;

function endOfLiteral(text: string, start: number): number {
  literalEnd.lastIndex = start;
  return literalEnd.exec(text)?.index ?? text.length;
}

function endOfContainer(text: string, start: number): number {
  let depth = 0;
  for (let at = start; ; at += 1) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at) - 1;
    else if (char === '{' || char === '[') depth += 1;
    else if ((char === '}' || char === ']') && --depth === 0) return at + 1;
  }
}
