import type { Choice } from '../../../components/choice-list.tsx';
import { statusWord } from '../../../components/status-words.ts';
import { readLatency, readSpan, timeRanges } from '../../../features/deliveries/filter/known-values.ts';
import { errorWords, reasonWords } from '../../../features/deliveries/words.ts';
import { formatDuration, formatMinute, formatMinuteOfDay } from '../../../time/format-time.ts';
import { messages } from '../messages.ts';

const listOf = (words: Readonly<Record<string, string>>): Choice[] =>
  Object.entries(words).map(([id, label]) => ({ id, label }));

export const statusChoices = (['PENDING', 'PROCESSING', 'RETRYING', 'SUCCEEDED', 'FAILED'] as const).map(id => ({
  id,
  label: statusWord(id),
}));
export const responseChoices: readonly Choice[] = [
  { id: '200-299', label: messages.status2xx, hint: messages.success },
  { id: '300-399', label: messages.status3xx, hint: messages.redirectNotFollowed },
  { id: '400-499', label: messages.status4xx, hint: messages.clientError },
  { id: '500-599', label: messages.status5xx, hint: messages.serverError },
  ...[401, 403, 404, 410, 429, 500, 502, 503, 504].map(code => ({ id: String(code), label: String(code) })),
];
export const errorChoices = listOf(errorWords);
export const reasonChoices = listOf(reasonWords);
export const timeChoices = Object.keys(timeRanges).map(id => ({ id, label: messages.lastPeriod(id) }));
export const latencyChoices = [500, 1_000, 5_000, 10_000].map(ms => ({
  id: `${ms}-`,
  label: wordsOfLatency(`${ms}-`),
}));
export const testChoices: readonly Choice[] = [
  { id: 'without', label: messages.excludeTests },
  { id: 'only', label: messages.testsOnly },
];

/**
 * Returns the choices for event types. A prefix such as `order.*` is added before its types `order.created` and
 * `order.paid`.
 */
export function typeChoices(types: readonly string[]): Choice[] {
  const prefixes = types.flatMap(type => (type.includes('.') ? [`${type.split('.', 1)[0]}.*`] : []));
  return [...new Set([...prefixes, ...types])].sort().map(id => ({ id, label: id }));
}

/**
 * Describes a time filter in the chosen time zone, such as `2026-11-22 01:00 to 02:00 UTC`, or `since …` or `until …`
 * if one side is missing.
 */
export function wordsOfSpan(time: string): string {
  const { from, to } = readSpan(time) ?? {};
  if (!from || !to) return `${from ? 'since' : 'until'} ${formatMinute(from ?? to ?? new Date(0).toISOString())}`;
  const [first, last] = [formatMinuteOfDay(from), formatMinute(to)];
  return messages.timeSpan(first, first.slice(0, 10) === last.slice(0, 10) ? last.slice(11) : last);
}

/** Describes a latency filter: `1 s or more`, `200 ms or less` or `1 s to 5 s`. */
export function wordsOfLatency(latency: string): string {
  const { from, to } = readLatency(latency) ?? {};
  const words = (ms: number) => formatDuration(ms).replace(/\.0+ s$/, ' s');
  if (from !== undefined && to !== undefined) return messages.latencySpan(words(from), words(to));
  return from === undefined ? messages.latencyAtMost(words(to ?? 0)) : messages.latencyAtLeast(words(from));
}
