import { BadUserInputError } from '../../errors.ts';
import { inputLimits } from '../input-limits.ts';

/**
 * The prefix of operational events. Only endpoints that subscribe to them by name receive them, and clients cannot
 * publish them.
 */
export const reservedPrefix = 'livehook.';

const form = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;

/**
 * Checks an event type: words of letters, digits, `_` and `-`, joined by dots, at most 128 characters.
 *
 * @throws BadUserInputError that names `argument`.
 */
export function requireEventType(type: string, argument: string): string {
  const checked = checkForm(type, argument);
  if (checked.startsWith(reservedPrefix) || checked === 'livehook') {
    throw new BadUserInputError(argument, `must not begin with ${reservedPrefix}: that prefix is reserved`);
  }
  return checked;
}

/** Checks a pattern of a subscription or a filter: an event type, or a prefix such as `license.*`. */
export function requireEventTypePattern(pattern: string, argument: string): string {
  checkForm(pattern.endsWith('.*') ? pattern.slice(0, -2) : pattern, argument);
  return pattern;
}

function checkForm(type: string, argument: string): string {
  if (type === '') throw new BadUserInputError(argument, 'must not be empty');
  const { maxEventTypeLength } = inputLimits;
  if (type.length > maxEventTypeLength) {
    throw new BadUserInputError(argument, `must have at most ${maxEventTypeLength} characters`);
  }
  if (!form.test(type)) {
    throw new BadUserInputError(
      argument,
      'must be words of letters, digits, "_" and "-" joined by dots, such as payment.completed',
    );
  }
  return type;
}

/** Patterns of event types, split so that the time to match a type does not grow with the number of patterns. */
export interface EventTypePatterns {
  readonly exact: ReadonlySet<string>;
  /** The prefixes without their `*`, such as `license.`. */
  readonly prefixes: ReadonlySet<string>;
}

/**
 * Splits patterns into exact types and prefixes.
 *
 * @param patterns validated by `requireEventTypePattern`.
 */
export function splitPatterns(patterns: readonly string[]): EventTypePatterns {
  const isPrefix = (pattern: string) => pattern.endsWith('.*');
  return {
    exact: new Set(patterns.filter(pattern => !isPrefix(pattern))),
    prefixes: new Set(patterns.filter(isPrefix).map(pattern => pattern.slice(0, -1))),
  };
}

/** Whether the type is one of the exact patterns or begins with one of the prefixes. */
export function matchesPatterns({ exact, prefixes }: EventTypePatterns, type: string): boolean {
  if (exact.has(type)) return true;
  if (prefixes.size === 0) return false;
  for (let dot = type.indexOf('.'); dot >= 0; dot = type.indexOf('.', dot + 1)) {
    if (prefixes.has(type.slice(0, dot + 1))) return true;
  }
  return false;
}

/**
 * Whether one of `patterns` matches every event that `pattern` matches. An empty list matches all types except
 * `livehook.*`.
 */
export function coversPattern(patterns: readonly string[], pattern: string): boolean {
  if (patterns.length === 0) return !pattern.startsWith(reservedPrefix);
  return patterns.some(each => each === pattern || (each.endsWith('.*') && pattern.startsWith(each.slice(0, -1))));
}

/**
 * Whether an endpoint with these patterns receives events of this type. An empty list matches all types except
 * `livehook.*`.
 */
export function matchesEventType(patterns: readonly string[], type: string): boolean {
  if (patterns.length === 0) return !type.startsWith(reservedPrefix);
  return patterns.some(pattern => (pattern.endsWith('.*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern));
}
