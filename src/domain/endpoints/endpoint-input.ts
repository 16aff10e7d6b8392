import type { Encryption } from '../../database/encryption.ts';
import type { AddressPolicy } from '../../egress/address-guard.ts';
import { checkCustomHeaders } from '../../egress/headers.ts';
import { checkEndpointUrl } from '../../egress/url.ts';
import { BadUserInputError } from '../../errors.ts';
import { checkAll, checkEach, requireInteger, requireLine } from '../arguments.ts';
import { requireEventTypePattern } from '../events/event-type.ts';
import { inputLimits } from '../input-limits.ts';
import { requireListLength } from '../quotas.ts';
import { encryptHeaders } from './endpoint-headers.ts';

export type EndpointStatus = 'ENABLED' | 'PAUSED' | 'DISABLED';
export type EndpointOrdering = 'NONE' | 'FIFO';
export type HttpMethod = 'POST' | 'PUT' | 'PATCH';

export interface HeaderInput {
  readonly name: string;
  readonly value: string;
  readonly secret?: boolean | null | undefined;
  /**
   * Whether the header keeps the value that the endpoint has stored under this name. `value` is then ignored. Default:
   * false.
   */
  readonly keepValue?: boolean | null | undefined;
}

/**
 * The settings of an endpoint as a client sends them. An absent field keeps its value or gets the default, null resets
 * it to the default, and a list replaces the whole list.
 */
export interface EndpointInput {
  readonly name?: string | null | undefined;
  readonly url?: string | null | undefined;
  readonly eventTypes?: readonly string[] | null | undefined;
  readonly headers?: readonly HeaderInput[] | null | undefined;
  readonly method?: HttpMethod | null | undefined;
  readonly bodyTemplate?: string | null | undefined;
  readonly timeoutMs?: number | null | undefined;
  readonly retryScheduleSeconds?: readonly number[] | null | undefined;
  readonly maxConcurrency?: number | null | undefined;
  readonly rateLimitPerSecond?: number | null | undefined;
  readonly ordering?: EndpointOrdering | null | undefined;
  readonly disableOnGone?: boolean | null | undefined;
  readonly disableAfterSeconds?: number | null | undefined;
  readonly storeResponseBody?: boolean | null | undefined;
  readonly status?: EndpointStatus | null | undefined;
}

/**
 * Limits the work of validation. The quota is checked later, because an endpoint may keep a list that is longer than
 * the quota.
 */
const maxListLength = 10_000;

/**
 * Validates an input and returns the columns to store, with encrypted headers. Absent fields are left out.
 * `keepHeaderValues` later adds the values of headers with `keepValue`, and `checkTemplates` compiles the templates.
 *
 * @throws BadUserInputError naming every invalid field, such as `input.headers.2.name`.
 */
export function toColumns(input: EndpointInput, policy: AddressPolicy, encryption: Encryption) {
  return checkAll({
    ...(input.name !== undefined && {
      name: () => requireLine(requireGiven(input.name, 'name'), 'input.name', inputLimits.maxNameLength),
    }),
    ...(input.url !== undefined && { url: () => requireUrl(requireGiven(input.url, 'url'), policy) }),
    ...(input.eventTypes !== undefined && { eventTypes: () => requirePatterns(input.eventTypes ?? []) }),
    ...(input.headers !== undefined && {
      headers: () => encryptHeaders(requireHeaders(input.headers ?? []), encryption),
    }),
    ...(input.method !== undefined && { method: () => input.method ?? ('POST' as const) }),
    ...(input.bodyTemplate !== undefined && { bodyTemplate: () => requireTemplate(input.bodyTemplate ?? null) }),
    ...(input.timeoutMs !== undefined && {
      timeoutMs: () =>
        requireOptionalInteger(input.timeoutMs, 'input.timeoutMs', inputLimits.minTimeoutMs, inputLimits.maxTimeoutMs),
    }),
    ...(input.retryScheduleSeconds !== undefined && {
      retryScheduleSeconds: () => (input.retryScheduleSeconds ? requireSchedule(input.retryScheduleSeconds) : null),
    }),
    ...(input.maxConcurrency !== undefined && {
      maxConcurrency: () =>
        requireOptionalInteger(input.maxConcurrency, 'input.maxConcurrency', 1, inputLimits.maxConcurrencyLimit),
    }),
    ...(input.rateLimitPerSecond !== undefined && {
      rateLimitPerSecond: () => requireRate(input.rateLimitPerSecond ?? null),
    }),
    ...(input.ordering !== undefined && { ordering: () => input.ordering ?? ('NONE' as const) }),
    ...(input.disableOnGone !== undefined && { disableOnGone: () => input.disableOnGone ?? null }),
    ...(input.disableAfterSeconds !== undefined && {
      disableAfterSeconds: () =>
        requireOptionalInteger(
          input.disableAfterSeconds,
          'input.disableAfterSeconds',
          0,
          inputLimits.maxDisableAfterSeconds,
        ),
    }),
    ...(input.storeResponseBody !== undefined && { storeResponseBody: () => input.storeResponseBody ?? true }),
    ...(input.status !== undefined && {
      status: () => input.status ?? ('ENABLED' as const),
      statusReason: () => null,
    }),
  });
}

function requireGiven(value: string | null | undefined, field: string): string {
  if (value == null) throw new BadUserInputError(`input.${field}`, 'must not be null');
  return value;
}

function requireUrl(url: string, policy: AddressPolicy): string {
  const check = checkEndpointUrl(url, policy);
  if (!check.ok) throw new BadUserInputError('input.url', check.message);
  return url;
}

function requirePatterns(patterns: readonly string[]): string[] {
  requireListLength('input.eventTypes', patterns.length, maxListLength);
  return [
    ...new Set(checkEach(patterns, (pattern, index) => requireEventTypePattern(pattern, `input.eventTypes.${index}`))),
  ];
}

function requireHeaders(headers: readonly HeaderInput[]) {
  requireListLength('input.headers', headers.length, maxListLength);
  const given = headers.map(({ name, value, secret, keepValue }) => ({
    name,
    value: keepValue ? null : value,
    secret: secret ?? true,
  }));
  const check = checkCustomHeaders(given.map(({ name, value }) => ({ name, value: value ?? '' })));
  if (!check.ok) throw new BadUserInputError(['input.headers', check.path].filter(Boolean).join('.'), check.message);
  return given;
}

function requireTemplate(template: string | null): string | null {
  if (template === null) return null;
  const { maxBodyTemplateLength } = inputLimits;
  if (template.length > maxBodyTemplateLength) {
    throw new BadUserInputError('input.bodyTemplate', `must have at most ${maxBodyTemplateLength} characters`);
  }
  if (template.includes('\u0000') || !template.isWellFormed()) {
    throw new BadUserInputError('input.bodyTemplate', 'must be well-formed Unicode without U+0000');
  }
  return template;
}

function requireSchedule(seconds: readonly number[]): number[] {
  const argument = 'input.retryScheduleSeconds';
  const { maxRetries, maxRetryDelaySeconds } = inputLimits;
  if (seconds.length > maxRetries) {
    throw new BadUserInputError(argument, `must have at most ${maxRetries} entries`);
  }
  return checkEach(seconds, (value, index) => requireInteger(value, `${argument}.${index}`, 0, maxRetryDelaySeconds));
}

function requireOptionalInteger(
  value: number | null | undefined,
  argument: string,
  minimum: number,
  maximum: number,
): number | null {
  return value == null ? null : requireInteger(value, argument, minimum, maximum);
}

function requireRate(rate: number | null): number | null {
  const { minRateLimitPerSecond: least, maxRateLimitPerSecond: most } = inputLimits;
  if (rate === null || (Number.isFinite(rate) && rate >= least && rate <= most)) return rate;
  throw new BadUserInputError('input.rateLimitPerSecond', `must be a number from ${least} to ${most}`);
}
