import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { DeliveryFilter, DeliveryStatus } from '../client/index.ts';
import { readPastTime } from './time-options.ts';

const statuses = ['PENDING', 'PROCESSING', 'RETRYING', 'SUCCEEDED', 'FAILED'] as const satisfies DeliveryStatus[];

export const statusOption = new Option('-s, --status <status...>', 'only these statuses').choices(statuses);
export const endpointOption = new Option('-e, --endpoint <id...>', 'only these endpoints').argParser(collect);
export const typeOption = new Option('-t, --type <type...>', 'only these event types, such as license.*').argParser(
  collect,
);
export const searchOption = new Option('--search <text>', 'only with this text in endpoint name, URL or event type');
export const sinceOption = new Option(
  '--since <time>',
  'created at or after: an ISO time, or an age such as 30m, 6h, 2d',
);

export const filterOption = new Option(
  '--filter <json>',
  'any other fields of DeliveryFilter, such as {"errorCodes":["TIMEOUT"]}',
).argParser(parseFilter);

export interface FilterOptions {
  readonly filter?: DeliveryFilter | undefined;
  readonly status?: readonly DeliveryStatus[] | undefined;
  readonly endpoint?: readonly string[] | undefined;
  readonly type?: readonly string[] | undefined;
  readonly search?: string | undefined;
  readonly since?: string | undefined;
}

/** Builds the filter of the API from the given options. A missing option does not restrict the result. */
export function readFilter({ filter, status, endpoint, type, search, since }: FilterOptions): DeliveryFilter {
  return {
    ...filter,
    ...(status && { statuses: [...status] }),
    ...(endpoint && { endpointIds: [...endpoint] }),
    ...(type && { eventTypes: [...type] }),
    ...(search !== undefined && { search }),
    ...(since !== undefined && { createdAt: { from: readPastTime('--since', since) } }),
  };
}

/** Parses a filter. The server validates its fields. @throws InvalidArgumentError unless it is a JSON object. */
function parseFilter(text: string): DeliveryFilter {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Invalid JSON gets the error below, like JSON that is not an object.
  }
  throw new InvalidArgumentError('It must be a JSON object such as {"errorCodes":["TIMEOUT"]}.');
}

/** Collects the values of an option that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}
