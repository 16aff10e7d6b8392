import { statusWord } from '../../components/status-words.ts';
import type { DeliveryFilter, IntRange } from '../../generated/graphql.ts';
import { formatList } from '../../intl.ts';
import { formatSpan } from '../../time/format-span.ts';
import { errorWords } from '../deliveries/words.ts';
import { messages } from './messages.ts';

export interface FilterWordsOptions {
  /** The number of deliveries, which selects `delivery` or `deliveries`. Default: the plural. */
  readonly count?: number;
  /** The name of the endpoint if the filter has exactly one endpoint and its name is known. */
  readonly endpointName?: string | null | undefined;
}

/**
 * Describes a filter as a phrase, such as `failed deliveries of Billing, answered 500–599, created 22 Nov 02:00–04:00
 * UTC`.
 */
export function describeFilter(filter: DeliveryFilter, { count, endpointName }: FilterWordsOptions = {}): string {
  const { ids, endpointIds, eventIds, eventTypes, statuses, failureReasons, responseStatuses, errorCodes } = filter;
  const span = formatSpan(filter.createdAt?.from, filter.createdAt?.to);
  // The phrase leaves out the error `HTTP error status` if it names the response status.
  const namedErrors = responseStatuses ? errorCodes?.filter(code => code !== 'HTTP_STATUS') : errorCodes;
  const words = [...(ids ? [messages.selected] : []), ...(filter.isTest ? [messages.test] : [])];
  const states = statuses ? [joinWords(statuses.map(status => statusWord(status).toLowerCase()))] : [];
  const head = [...states, ...words, messages.deliveryNoun(count ?? 2)].join(' ');
  const of = endpointIds
    ? ` ${messages.of(endpointIds.length === 1 && endpointName ? endpointName : messages.endpointCount(endpointIds.length))}`
    : '';
  const parts = [
    eventTypes && messages.ofType(joinWords(eventTypes)),
    eventIds && messages.of(messages.eventCount(eventIds.length)),
    responseStatuses && messages.answered(joinWords(responseStatuses.map(describeRange))),
    namedErrors?.length && messages.withTheError(joinWords(namedErrors.map(code => errorWords[code]))),
    failureReasons &&
      messages.failedAs(joinWords(failureReasons.map(reason => reason.toLowerCase().replaceAll('_', ' ')))),
    filter.latencyMs && messages.thatTook(describeMilliseconds(filter.latencyMs)),
    span && messages.created(span),
    filter.bulkOperationIds && messages.of(messages.operationCount(filter.bulkOperationIds.length)),
    filter.search && messages.thatMatch(filter.search),
    filter.isTest === false && messages.excludingTests,
  ];
  return [head + of, ...parts.filter(part => part)].join(', ');
}

function joinWords(words: readonly string[]): string {
  return formatList(words.length > 3 ? [...words.slice(0, 2), messages.others(words.length - 2)] : words);
}

function describeRange({ from, to }: IntRange): string {
  if (from === to) return String(from ?? messages.anything);
  return `${from ?? ''}–${to ?? ''}`;
}

function describeMilliseconds({ from, to }: IntRange): string {
  if (typeof from === 'number' && typeof to === 'number') return messages.millisecondsFromTo(from, to);
  return typeof from === 'number' ? messages.millisecondsOrMore(from) : messages.millisecondsOrLess(to ?? 0);
}
