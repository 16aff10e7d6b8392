import type { Services } from '../domain/context.ts';
import { inputLimits } from '../domain/input-limits.ts';
import { defaultPageSize, maxPageSize } from '../domain/pages.ts';
import { version } from '../version.ts';
import { builder } from './builder.ts';
import { scheduleList } from './costs.ts';

function describeServer({ limits, quotas }: Services) {
  return {
    ...limits,
    ...inputLimits,
    version,
    defaultPageSize,
    maxPageSize,
    defaultDisableAfterSeconds: limits.disableAfterSeconds,
    maxEndpoints: quotas.endpoints,
    maxEventTypesPerEndpoint: quotas.eventTypesPerEndpoint,
    maxHeadersPerEndpoint: quotas.headersPerEndpoint,
    maxRedactionPaths: quotas.redactionPaths,
  };
}

/** Limits and defaults for clients that show them, or that validate input before they send it. */
const SettingsType = builder.objectRef<ReturnType<typeof describeServer>>('Settings').implement({
  description: 'The limits and defaults of this server. All keys and portal tokens may read them.',
  fields: t => ({
    version: t.exposeString('version', { description: 'The version of Livehook, such as `0.1.0`.' }),
    maxPayloadBytes: t.exposeInt('maxPayloadBytes', {
      description: 'The largest payload of an event, in bytes of UTF-8. 262,144 unless the operator changed it.',
    }),
    maxResponseBytes: t.exposeInt('maxResponseBytes', {
      description:
        'The largest number of bytes of a response body that are stored with an attempt. The rest is dropped.',
    }),
    defaultTimeoutMs: t.exposeInt('defaultTimeoutMs', {
      description: 'The largest duration of one attempt, in milliseconds, for endpoints without their own `timeoutMs`.',
    }),
    minTimeoutMs: t.exposeInt('minTimeoutMs', {
      description: 'The smallest `timeoutMs` that an endpoint can have, in milliseconds.',
    }),
    maxTimeoutMs: t.exposeInt('maxTimeoutMs', {
      description: 'The largest `timeoutMs` that an endpoint can have, in milliseconds.',
    }),
    defaultRetryScheduleSeconds: t.intList({
      extensions: scheduleList,
      description: 'The delay after each failed attempt, in seconds, for endpoints without their own schedule.',
      resolve: ({ defaultRetryScheduleSeconds }) => [...defaultRetryScheduleSeconds],
    }),
    maxRetries: t.exposeInt('maxRetries', {
      description: 'The largest number of delays in the `retryScheduleSeconds` of an endpoint.',
    }),
    maxRetryDelaySeconds: t.exposeInt('maxRetryDelaySeconds', {
      description: 'The largest delay in the `retryScheduleSeconds` of an endpoint, in seconds.',
    }),
    defaultDisableAfterSeconds: t.exposeInt('defaultDisableAfterSeconds', {
      description:
        'An endpoint without its own `disableAfterSeconds` is disabled automatically once its attempts have failed for this number of seconds without a success. 0 if such endpoints are never disabled automatically.',
    }),
    maxDisableAfterSeconds: t.exposeInt('maxDisableAfterSeconds', {
      description: 'The largest `disableAfterSeconds` that an endpoint can have, in seconds.',
    }),
    maxConcurrencyLimit: t.exposeInt('maxConcurrencyLimit', {
      description: 'The largest `maxConcurrency` that an endpoint can have. The smallest is 1.',
    }),
    minRateLimitPerSecond: t.exposeFloat('minRateLimitPerSecond', {
      description: 'The smallest `rateLimitPerSecond` that an endpoint can have, in requests per second.',
    }),
    maxRateLimitPerSecond: t.exposeFloat('maxRateLimitPerSecond', {
      description: 'The largest `rateLimitPerSecond` that an endpoint can have, in requests per second.',
    }),
    maxNameLength: t.exposeInt('maxNameLength', {
      description: 'The largest number of characters in the name of an endpoint, an API key or a tenant.',
    }),
    maxUrlLength: t.exposeInt('maxUrlLength', {
      description:
        'The largest number of characters in the URL of an endpoint, counting the text of the template in the URL.',
    }),
    maxBodyTemplateLength: t.exposeInt('maxBodyTemplateLength', {
      description: 'The largest number of characters in the body template of an endpoint.',
    }),
    maxEventTypeLength: t.exposeInt('maxEventTypeLength', {
      description: 'The largest number of characters in an event type. The `.*` of a prefix is not counted.',
    }),
    maxSearchLength: t.exposeInt('maxSearchLength', {
      description: 'The largest number of characters in the `search` argument of a list.',
    }),
    maxFilterEntries: t.exposeInt('maxFilterEntries', {
      description: 'The largest number of entries in each list of a `DeliveryFilter`, such as `ids`.',
    }),
    maxEventsPerRequest: t.exposeInt('maxEventsPerRequest', {
      description: 'The largest number of events that one `publishEvents` can publish.',
    }),
    retentionDays: t.exposeInt('retentionDays', {
      description: 'The number of days for which events, deliveries and attempts are kept.',
    }),
    defaultPageSize: t.exposeInt('defaultPageSize', {
      description: 'The number of objects in a page of a connection without `first` and `last`.',
    }),
    maxPageSize: t.exposeInt('maxPageSize', {
      description: 'The largest value of `first` or `last` of a connection.',
    }),
    maxEndpoints: t.exposeInt('maxEndpoints', {
      description: 'The largest number of endpoints of a tenant. Deleted ones are not counted.',
    }),
    maxEventTypesPerEndpoint: t.exposeInt('maxEventTypesPerEndpoint', {
      description: 'The largest number of event types and prefixes that one endpoint can receive.',
    }),
    maxHeadersPerEndpoint: t.exposeInt('maxHeadersPerEndpoint', {
      description: 'The largest number of custom headers of one endpoint.',
    }),
    maxRedactionPaths: t.exposeInt('maxRedactionPaths', {
      description: 'The largest number of redaction paths of a tenant.',
    }),
  }),
});

builder.queryField('settings', t =>
  t.field({
    type: SettingsType,
    description: 'The limits and defaults of this server, for clients that show or check them. Needs no permission.',
    resolve: (_root, _args, { services }) => describeServer(services),
  }),
);
