import { Prisma } from '../../database/generated/client.ts';
import type { EndpointModel } from '../../database/generated/models.ts';

/** An endpoint as it is stored. */
export type EndpointRow = EndpointModel;

/** The columns that may contain hundreds of kilobytes. `loadEndpointTexts` loads them. */
export const longEndpointColumns = ['eventTypes', 'headers', 'bodyTemplate'] as const;

/** An endpoint without its long columns. */
export type EndpointHead = Omit<EndpointRow, (typeof longEndpointColumns)[number]>;

/** Converts a value for a JSON column of Prisma. Null becomes SQL NULL, not the JSON value null. */
export function nullableJson(value: readonly (number | string)[] | null) {
  return value === null ? Prisma.DbNull : [...value];
}

/**
 * Whether a response of 410 disables the endpoint. Default: true, unless the URL is a template, because then the
 * rendered address may be wrong.
 */
export function disablesOnGone(endpoint: { readonly disableOnGone: boolean | null; readonly url: string }): boolean {
  return endpoint.disableOnGone ?? !/\{[{%]/.test(endpoint.url);
}
