import { messages } from '../messages.ts';
import type { DetailAttempt } from './detail-documents.ts';
import { keepDifferingLines } from './differing-lines.ts';
import { outcomeOf } from './outcome.ts';

export interface Difference {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

const missing = '–';

/**
 * Headers that always differ between two attempts, because they contain the time or the attempt number, or are
 * signatures over them.
 */
const changingHeaders = new Set([
  'webhook-timestamp',
  'webhook-signature',
  'x-webhook-signature',
  'x-webhook-attempt',
  'traceparent',
  'date',
  'content-length',
]);

/**
 * Returns the differences between two attempts, bodies first. Leaves out headers that always differ, and the lines that
 * are equal in both bodies.
 */
export function compareAttempts(before: DetailAttempt, after: DetailAttempt): Difference[] {
  const [left, right] = [linesOf(before), linesOf(after)];
  return [...new Set([...left.keys(), ...right.keys()])]
    .map(name => ({ name, before: left.get(name) ?? missing, after: right.get(name) ?? missing }))
    .filter(line => line.before !== line.after)
    .map(line => {
      const [shownBefore, shownAfter] = keepDifferingLines(line.before, line.after);
      return { ...line, before: shownBefore, after: shownAfter };
    });
}

function linesOf(attempt: DetailAttempt): Map<string, string> {
  const { preparedRequest: request, response, error } = attempt;
  const headers = (side: string, list: readonly { name: string; value?: string | null }[] = []) =>
    list
      .filter(({ name }) => !changingHeaders.has(name.toLowerCase()))
      .map(({ name, value }) => [`${side} ${name}`, value ?? 'secret'] as const);
  return new Map<string, string>([
    [messages.responseBody, response?.body ?? missing],
    [messages.requestBody, request?.body ?? missing],
    [messages.outcome, outcomeOf(attempt)],
    [messages.error, error?.message ?? missing],
    ['URL', request?.url ?? missing],
    ...headers(messages.request, request?.headers),
    ...headers(messages.response, response?.headers),
  ]);
}
