import { Prisma } from '../../database/generated/client.ts';
import type { EndpointModel } from '../../database/generated/models.ts';

/** An endpoint as it is stored. */
export type EndpointRow = EndpointModel;

/** The columns that may hold hundreds of kilobytes: see `loadEndpointTexts`. */
export const longEndpointColumns = ['eventTypes', 'headers', 'bodyTemplate'] as const;

/** An endpoint without them. */
export type EndpointHead = Omit<EndpointRow, (typeof longEndpointColumns)[number]>;

/** Prisma tells SQL's NULL and JSON's null apart; ours is SQL's. */
export function nullableJson(value: readonly (number | string)[] | null) {
  return value === null ? Prisma.DbNull : [...value];
}

/** Whether a 410 disables it. Default: for a literal URL; a template may have made up the one that is gone. */
export function disablesOnGone(endpoint: { readonly disableOnGone: boolean | null; readonly url: string }): boolean {
  return endpoint.disableOnGone ?? !/\{[{%]/.test(endpoint.url);
}
