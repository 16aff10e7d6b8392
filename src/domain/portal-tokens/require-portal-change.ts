import { urlOrigin } from '../../egress/url.ts';
import { BadUserInputError } from '../../errors.ts';
import type { Actor } from '../context.ts';
import type { EncryptedHeader } from '../endpoints/endpoint-headers.ts';
import type { EndpointInput } from '../endpoints/endpoint-input.ts';
import { coversPattern, reservedPrefix } from '../events/event-type.ts';

/** The settings of an endpoint before a change. */
export interface CurrentEndpoint {
  readonly url: string;
  readonly eventTypes: readonly string[];
  readonly headers: readonly EncryptedHeader[];
}

/**
 * Checks that a portal token does not use a change of an endpoint to get data that it may not see. Does nothing for an
 * API key.
 *
 * - Event types can only be narrowed: each must be covered by those of the endpoint, or by the token's own
 *   `eventTypes`.
 * - A URL of another origin must not receive the endpoint's secret headers: the change must replace or remove them.
 *
 * @throws BadUserInputError naming the field.
 */
export function requirePortalChange({ portalToken }: Actor, input: EndpointInput, current: CurrentEndpoint): void {
  if (!portalToken) return;
  if (input.eventTypes !== undefined) {
    requireCoveredTypes(input.eventTypes ?? [], current.eventTypes, portalToken.eventTypes);
  }
  if (typeof input.url === 'string' && urlOrigin(input.url) !== urlOrigin(current.url)) {
    requireNewSecretHeaders(input, current);
  }
}

function requireCoveredTypes(wanted: readonly string[], current: readonly string[], granted: readonly string[]): void {
  const rule = current.length === 0 ? `must not begin with ${reservedPrefix}` : 'must be among those it has';
  if (wanted.length === 0 && current.length > 0) {
    throw new BadUserInputError(
      'input.eventTypes',
      'must not be empty: a portal token can only narrow the event types',
    );
  }
  for (const [index, pattern] of wanted.entries()) {
    const isGranted = granted.length > 0 && coversPattern(granted, pattern);
    if (coversPattern(current, pattern) || isGranted) continue;
    throw new BadUserInputError(
      `input.eventTypes.${index}`,
      `a portal token cannot subscribe the endpoint to "${pattern}": it ${rule}`,
    );
  }
}

function requireNewSecretHeaders(input: EndpointInput, current: CurrentEndpoint): void {
  const secretNames = new Set(current.headers.filter(({ secret }) => secret).map(({ name }) => name.toLowerCase()));
  if (secretNames.size === 0) return;
  if (input.headers === undefined) {
    throw new BadUserInputError(
      'input.url',
      `has another origin. Set the values of the secret headers again, or remove these headers from input.headers: ${[...secretNames].join(', ')}`,
    );
  }
  const kept =
    input.headers?.findIndex(({ name, keepValue }) => keepValue && secretNames.has(name.toLowerCase())) ?? -1;
  if (kept < 0) return;
  throw new BadUserInputError(
    `input.headers.${kept}.keepValue`,
    'must be false because input.url has another origin. Set the value again',
  );
}
