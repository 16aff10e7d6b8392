import type { Settings } from '../../../api/settings.ts';
import { type Draft, type HeaderDraft, isTemplated } from './draft.ts';
import { parseDuration, writeDuration } from './duration.ts';
import { readSchedule } from './schedules.ts';

/** What is wrong with a draft, by the argument that the server would name: `input.headers.2.name`. */
export type Problems = Readonly<Record<string, string>>;

/**
 * What can be said while one types. The server has the last word: on addresses, templates and header names it knows more.
 */
export function checkDraft(draft: Draft, settings: Settings): Problems {
  const { minTimeoutMs, maxTimeoutMs, maxDisableAfterSeconds } = settings;
  const { maxConcurrencyLimit, minRateLimitPerSecond, maxRateLimitPerSecond } = settings;
  const entries: (readonly [argument: string, problem: string | null])[] = [
    ['input.name', checkName(draft.name.trim(), settings)],
    ['input.url', checkUrl(draft.url.trim())],
    ['input.eventTypes', checkLength(draft.eventTypes, settings.maxEventTypesPerEndpoint)],
    ['input.headers', checkLength(draft.headers, settings.maxHeadersPerEndpoint)],
    ...draft.eventTypes.map((type, index) => [`input.eventTypes.${index}`, checkEventPattern(type, settings)] as const),
    ...draft.headers.flatMap(checkHeader),
    ['input.retryScheduleSeconds', checkSchedule(draft.schedule, settings)],
    ['input.timeoutMs', checkSpan(draft.timeout, minTimeoutMs, maxTimeoutMs)],
    ['input.maxConcurrency', checkNumber(draft.maxConcurrency, 1, maxConcurrencyLimit, true)],
    [
      'input.rateLimitPerSecond',
      checkNumber(draft.rateLimitPerSecond, minRateLimitPerSecond, maxRateLimitPerSecond, false),
    ],
    ['input.disableAfterSeconds', checkSpan(draft.disableAfter, 0, maxDisableAfterSeconds * 1_000)],
  ];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== null));
}

/** What is wrong with the URL of an endpoint; null: nothing that can be seen from here. */
function checkUrl(url: string): string | null {
  if (url === '') return 'Enter a URL.';
  const [, authority = ''] = /^https?:\/\/([^/?#\\]*)/i.exec(url) ?? [];
  if (authority === '') return 'Enter an absolute URL, such as https://example.com/hooks.';
  if (/[{}]/.test(authority)) return 'Use templates only in the path and query.';
  if (authority.includes('@')) return 'Remove the user name and password; use a header instead.';
  const literal = url.replace(/\{\{.*?\}\}|\{%.*?%\}/gs, 'x');
  if (isTemplated(literal)) return 'Close the template tag.';
  if (/\s/.test(literal)) return 'Remove the spaces.';
  if (literal.includes('#')) return 'Remove the #fragment.';
  return URL.canParse(literal) ? null : 'Enter a valid URL.';
}

/** What is wrong with a type as published; null: nothing. */
export function checkEventType(type: string, settings: Settings): string | null {
  return checkType(type, settings, 'Use letters, digits, _ and -, separated by dots: order.created');
}

/** What is wrong with a type as subscribed to, where `order.*` goes too; null: nothing. */
export function checkEventPattern(pattern: string, settings: Settings): string | null {
  const type = pattern.replace(/\.\*$/, '');
  return checkType(type, settings, 'Use an exact type such as order.created, or a prefix such as order.*');
}

function checkType(type: string, { maxEventTypeLength }: Settings, form: string): string | null {
  if (type.length > maxEventTypeLength) return `Use at most ${maxEventTypeLength} characters.`;
  return /^[\w-]+(\.[\w-]+)*$/.test(type) ? null : form;
}

function checkLength(list: readonly unknown[], maximum: number): string | null {
  return list.length > maximum ? `At most ${maximum.toLocaleString('en')}.` : null;
}

function checkName(name: string, { maxNameLength }: Settings): string | null {
  if (name === '') return 'Enter a name.';
  return name.length > maxNameLength ? `At most ${maxNameLength} characters.` : null;
}

function checkHeader({ name, value, keptName }: HeaderDraft, index: number) {
  const isKept = keptName !== null && keptName.toLowerCase() === name.trim().toLowerCase();
  return [
    [
      `input.headers.${index}.name`,
      /^[!#$%&'*+\-.^_`|~\w]+$/.test(name.trim()) ? null : 'Enter a header name, such as authorization.',
    ],
    [`input.headers.${index}.value`, value === '' && !isKept ? 'Enter a value.' : null],
  ] as const;
}

function checkSchedule(text: string, { maxRetries, maxRetryDelaySeconds }: Settings): string | null {
  const steps = readSchedule(text);
  if (steps.length > maxRetries) return `At most ${maxRetries} retries.`;
  if (steps.includes(null)) return 'Enter comma-separated durations, such as 30s, 5m, 2h, 1d.';
  const isTooLong = steps.some(step => (step ?? 0) > maxRetryDelaySeconds);
  return isTooLong ? `Each delay can be ${writeDuration(maxRetryDelaySeconds * 1_000)} at most.` : null;
}

function checkSpan(text: string, minimumMs: number, maximumMs: number): string | null {
  if (text.trim() === '') return null;
  const spanMs = parseDuration(text);
  if (spanMs === null) return 'Enter a duration, such as 500ms, 10s, 5m, 2h or 3d.';
  if (spanMs >= minimumMs && spanMs <= maximumMs) return null;
  const least = minimumMs === 0 ? '0 (never)' : writeDuration(minimumMs);
  return `Enter a duration from ${least} to ${writeDuration(maximumMs)}.`;
}

function checkNumber(text: string, minimum: number, maximum: number, isWhole: boolean): string | null {
  if (text.trim() === '') return null;
  const value = Number(text);
  const isFine = value >= minimum && value <= maximum && (!isWhole || Number.isInteger(value));
  return isFine ? null : `Enter a ${isWhole ? 'whole ' : ''}number from ${minimum} to ${maximum.toLocaleString('en')}.`;
}
