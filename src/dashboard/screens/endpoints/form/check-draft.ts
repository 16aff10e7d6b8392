import type { Settings } from '../../../api/settings.ts';
import { formatCount } from '../../../intl.ts';
import { messages } from '../messages.ts';
import { type Draft, type HeaderDraft, isTemplated } from './draft.ts';
import { parseDuration, writeDuration } from './duration.ts';
import { readSchedule } from './schedules.ts';

/**
 * The problems of a draft, by the name of the argument that the server would return, such as `input.headers.2.name`.
 */
export type Problems = Readonly<Record<string, string>>;

/** Validates a draft before it is sent. The server validates more: addresses, templates and header names. */
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

/**
 * Why the URL is invalid. Null if the browser finds no problem. The server also checks whether the address is allowed.
 */
function checkUrl(url: string): string | null {
  if (url === '') return messages.urlMissing;
  const [, authority = ''] = /^https?:\/\/([^/?#\\]*)/i.exec(url) ?? [];
  if (authority === '') return messages.urlNotAbsolute;
  if (/[{}]/.test(authority)) return messages.urlTemplateMisplaced;
  if (authority.includes('@')) return messages.urlWithCredentials;
  const literal = url.replace(/\{\{.*?\}\}|\{%.*?%\}/gs, 'x');
  if (isTemplated(literal)) return messages.urlTemplateUnclosed;
  if (/[\s\\]/.test(literal)) return messages.urlWithSpaces;
  if (literal.includes('#')) return messages.urlWithFragment;
  const isInvalid = authority.includes('%') || !URL.canParse(literal) || new URL(literal).port === '0';
  return isInvalid ? messages.urlInvalid : null;
}

/** Why a published event type is invalid. Null if it is valid. */
export function checkEventType(type: string, settings: Settings): string | null {
  return checkType(type, settings, messages.eventTypeInvalid);
}

/** Why a subscribed event type is invalid. It can be a prefix such as `order.*`. Null if it is valid. */
export function checkEventPattern(pattern: string, settings: Settings): string | null {
  const type = pattern.replace(/\.\*$/, '');
  return checkType(type, settings, messages.eventPatternInvalid);
}

function checkType(type: string, { maxEventTypeLength }: Settings, form: string): string | null {
  if (type.length > maxEventTypeLength) return messages.eventTypeTooLong(maxEventTypeLength);
  return /^[\w-]+(\.[\w-]+)*$/.test(type) ? null : form;
}

function checkLength(list: readonly unknown[], maximum: number): string | null {
  return list.length > maximum ? messages.atMost(formatCount(maximum)) : null;
}

function checkName(name: string, { maxNameLength }: Settings): string | null {
  if (name === '') return messages.nameMissing;
  return name.length > maxNameLength ? messages.nameTooLong(maxNameLength) : null;
}

function checkHeader({ name, value, keptName }: HeaderDraft, index: number) {
  const isKept = keptName !== null && keptName.toLowerCase() === name.trim().toLowerCase();
  return [
    [`input.headers.${index}.name`, /^[!#$%&'*+\-.^_`|~\w]+$/.test(name.trim()) ? null : messages.headerNameMissing],
    [`input.headers.${index}.value`, value === '' && !isKept ? messages.headerValueMissing : null],
  ] as const;
}

function checkSchedule(text: string, { maxRetries, maxRetryDelaySeconds }: Settings): string | null {
  const steps = readSchedule(text);
  if (steps.length > maxRetries) return messages.tooManyRetries(maxRetries);
  if (steps.includes(null)) return messages.scheduleInvalid;
  const isTooLong = steps.some(step => (step ?? 0) > maxRetryDelaySeconds);
  return isTooLong ? messages.longestDelay(writeDuration(maxRetryDelaySeconds * 1_000)) : null;
}

function checkSpan(text: string, minimumMs: number, maximumMs: number): string | null {
  if (text.trim() === '') return null;
  const spanMs = parseDuration(text);
  if (spanMs === null) return messages.durationInvalid;
  if (spanMs >= minimumMs && spanMs <= maximumMs) return null;
  const least = minimumMs === 0 ? messages.zeroForNever : writeDuration(minimumMs);
  return messages.durationOutOfRange(least, writeDuration(maximumMs));
}

function checkNumber(text: string, minimum: number, maximum: number, isWhole: boolean): string | null {
  if (text.trim() === '') return null;
  const value = Number(text);
  const isFine = value >= minimum && value <= maximum && (!isWhole || Number.isInteger(value));
  return isFine ? null : messages.numberInvalid(isWhole, minimum, formatCount(maximum));
}
