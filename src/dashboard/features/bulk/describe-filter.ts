import { statusWord } from '../../components/status-words.ts';
import type { DeliveryFilter, IntRange } from '../../generated/graphql.ts';
import { formatSpan } from '../../time/format-span.ts';
import { errorWords } from '../deliveries/words.ts';

export interface FilterWordsOptions {
  /** How many there are: one is a `delivery`. Default: any number but one. */
  readonly count?: number;
  /** The name of its endpoint, where it has exactly one and that is known. */
  readonly endpointName?: string | null | undefined;
}

/** A filter as one phrase: `failed deliveries of Billing, answered 500–599, created 22 Nov 02:00–04:00 UTC`. */
export function describeFilter(filter: DeliveryFilter, { count, endpointName }: FilterWordsOptions = {}): string {
  const { ids, endpointIds, eventIds, eventTypes, statuses, failureReasons, responseStatuses, errorCodes } = filter;
  const span = formatSpan(filter.createdAt?.from, filter.createdAt?.to);
  // A status says it better than `HTTP error status`.
  const namedErrors = responseStatuses ? errorCodes?.filter(code => code !== 'HTTP_STATUS') : errorCodes;
  const noun = count === 1 ? 'delivery' : 'deliveries';
  const words = [...(ids ? ['chosen'] : []), ...(filter.isTest ? ['test'] : [])];
  const states = statuses ? [joinWords(statuses.map(status => statusWord(status).toLowerCase()))] : [];
  const head = [...states, ...words, noun].join(' ');
  const of = endpointIds
    ? ` of ${endpointIds.length === 1 && endpointName ? endpointName : countOf(endpointIds, 'endpoint')}`
    : '';
  const parts = [
    eventTypes && `of type ${joinWords(eventTypes)}`,
    eventIds && `of ${countOf(eventIds, 'event')}`,
    responseStatuses && `answered ${joinWords(responseStatuses.map(describeRange))}`,
    namedErrors?.length && `with the error “${joinWords(namedErrors.map(code => errorWords[code]))}”`,
    failureReasons && `failed as ${joinWords(failureReasons.map(reason => reason.toLowerCase().replaceAll('_', ' ')))}`,
    filter.latencyMs && `that took ${describeMilliseconds(filter.latencyMs)}`,
    span && `created ${span}`,
    filter.bulkOperationIds && `of ${countOf(filter.bulkOperationIds, 'bulk operation')}`,
    filter.search && `that match “${filter.search}”`,
    filter.isTest === false && 'excluding tests',
  ];
  return [head + of, ...parts.filter(part => part)].join(', ');
}

function joinWords(words: readonly string[]): string {
  if (words.length > 3) return `${words.slice(0, 2).join(', ')} and ${words.length - 2} others`;
  return words.join(', ').replace(/, ([^,]*)$/, ' and $1');
}

function countOf(entries: readonly unknown[], noun: string): string {
  return `${entries.length} ${noun}${entries.length === 1 ? '' : 's'}`;
}

function describeRange({ from, to }: IntRange): string {
  if (from === to) return String(from ?? 'anything');
  return `${from ?? ''}–${to ?? ''}`;
}

function describeMilliseconds({ from, to }: IntRange): string {
  if (typeof from === 'number' && typeof to === 'number') return `${from} to ${to} ms`;
  return typeof from === 'number' ? `${from} ms or more` : `${to ?? 0} ms or less`;
}
