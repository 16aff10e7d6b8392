import { Prisma } from '../../database/generated/client.ts';
import type { EndpointModel } from '../../database/generated/models.ts';

/** A stored endpoint. */
export type EndpointRow = EndpointModel;

/** The columns that may contain hundreds of kilobytes: see `loadEndpointTexts`. */
export const longEndpointColumns = ['eventTypes', 'headers', 'bodyTemplate'] as const;

/** An endpoint without its long columns. */
export type EndpointHead = Omit<EndpointRow, (typeof longEndpointColumns)[number]>;

/** Prisma distinguishes SQL NULL from JSON null. This is SQL NULL. */
export function nullableJson(value: readonly (number | string)[] | null) {
  return value === null ? Prisma.DbNull : [...value];
}

/**
 * Whether a response of 410 disables the endpoint. Default: true, unless the URL is a template, which may have rendered
 * a wrong address.
 */
export function disablesOnGone(endpoint: { readonly disableOnGone: boolean | null; readonly url: string }): boolean {
  return endpoint.disableOnGone ?? !/\{[{%]/.test(endpoint.url);
}
