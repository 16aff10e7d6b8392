import type { Settings } from '../../../api/settings.ts';
import { type Draft, type HeaderDraft, isTemplated } from './draft.ts';
import { parseDuration } from './duration.ts';
import { readSchedule } from './schedules.ts';

const maxNameLength = 200;
const maxTypeLength = 128;

/** What is wrong with a draft, by the argument that the server would name: `input.headers.2.name`. */
export type Problems = Readonly<Record<string, string>>;

const maxScheduleSteps = 30;
const maxStepSeconds = 604_800;

/**
 * What can be said while one types. The server has the last word: on addresses, templates and header names it knows more.
 */
export function checkDraft(draft: Draft, { maxEventTypesPerEndpoint, maxHeadersPerEndpoint }: Settings): Problems {
  const entries: (readonly [argument: string, problem: string | null])[] = [
    ['input.name', checkName(draft.name.trim())],
    ['input.url', checkUrl(draft.url.trim())],
    ['input.eventTypes', checkLength(draft.eventTypes, maxEventTypesPerEndpoint)],
    ['input.headers', checkLength(draft.headers, maxHeadersPerEndpoint)],
    ...draft.eventTypes.map((type, index) => [`input.eventTypes.${index}`, checkEventPattern(type)] as const),
    ...draft.headers.flatMap(checkHeader),
    ['input.retryScheduleSeconds', checkSchedule(draft.schedule)],
    ['input.timeoutMs', checkSpan(draft.timeout, 100, 60_000, '100ms to 60s')],
    ['input.maxConcurrency', checkNumber(draft.maxConcurrency, 1, 10_000, true)],
    ['input.rateLimitPerSecond', checkNumber(draft.rateLimitPerSecond, 0.001, 100_000, false)],
    ['input.disableAfterSeconds', checkSpan(draft.disableAfter, 0, 31_536_000_000, '0 (never) to 365d')],
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
export function checkEventType(type: string): string | null {
  return checkType(type, 'Use letters, digits, _ and -, separated by dots: order.created');
}

/** What is wrong with a type as subscribed to, where `order.*` goes too; null: nothing. */
export function checkEventPattern(pattern: string): string | null {
  const type = pattern.replace(/\.\*$/, '');
  return checkType(type, 'Use an exact type such as order.created, or a prefix such as order.*');
}

function checkType(type: string, form: string): string | null {
  if (type.length > maxTypeLength) return `Use at most ${maxTypeLength} characters.`;
  return /^[\w-]+(\.[\w-]+)*$/.test(type) ? null : form;
}

function checkLength(list: readonly unknown[], maximum: number): string | null {
  return list.length > maximum ? `At most ${maximum.toLocaleString('en')}.` : null;
}

function checkName(name: string): string | null {
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

function checkSchedule(text: string): string | null {
  const steps = readSchedule(text);
  if (steps.length > maxScheduleSteps) return `At most ${maxScheduleSteps} retries.`;
  if (steps.includes(null)) return 'Enter comma-separated durations, such as 30s, 5m, 2h, 1d.';
  return steps.some(step => (step ?? 0) > maxStepSeconds) ? 'Each delay can be 7d at most.' : null;
}

function checkSpan(text: string, minimumMs: number, maximumMs: number, range: string): string | null {
  if (text.trim() === '') return null;
  const spanMs = parseDuration(text);
  if (spanMs === null) return 'Enter a duration, such as 500ms, 10s, 5m, 2h or 3d.';
  return spanMs >= minimumMs && spanMs <= maximumMs ? null : `Enter a duration from ${range}.`;
}

function checkNumber(text: string, minimum: number, maximum: number, isWhole: boolean): string | null {
  if (text.trim() === '') return null;
  const value = Number(text);
  const isFine = value >= minimum && value <= maximum && (!isWhole || Number.isInteger(value));
  return isFine ? null : `Enter a ${isWhole ? 'whole ' : ''}number from ${minimum} to ${maximum.toLocaleString('en')}.`;
}
