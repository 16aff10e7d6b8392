import type { Services } from '../domain/context.ts';
import { defaultPageSize, maxPageSize } from '../domain/pages.ts';
import { version } from '../version.ts';
import { builder } from './builder.ts';
import { scheduleList } from './costs.ts';

/** For clients that show limits and defaults, or validate input before they send it. */
const SettingsType = builder.objectRef<Pick<Services, 'limits' | 'quotas'>>('Settings').implement({
  description: 'The limits and defaults of this server. All keys and portal tokens may read them.',
  fields: t => ({
    version: t.string({ description: 'The version of Livehook, such as `0.1.0`.', resolve: () => version }),
    maxPayloadBytes: t.int({
      description: 'The largest payload of an event, in bytes of UTF-8. 262,144 unless the operator changed it.',
      resolve: ({ limits }) => limits.maxPayloadBytes,
    }),
    maxResponseBytes: t.int({
      description: 'The number of bytes of a response body that are stored with an attempt. The rest is dropped.',
      resolve: ({ limits }) => limits.maxResponseBytes,
    }),
    defaultTimeoutMs: t.int({
      description: 'The largest duration of one attempt, in milliseconds, for endpoints without their own `timeoutMs`.',
      resolve: ({ limits }) => limits.defaultTimeoutMs,
    }),
    defaultRetryScheduleSeconds: t.intList({
      extensions: scheduleList,
      description: 'The delay after each failed attempt, in seconds, for endpoints without their own schedule.',
      resolve: ({ limits }) => [...limits.defaultRetryScheduleSeconds],
    }),
    defaultDisableAfterSeconds: t.int({
      description:
        'The seconds without a success after which an endpoint is disabled, for endpoints without their own `disableAfterSeconds`. 0 if they are never disabled.',
      resolve: ({ limits }) => limits.disableAfterSeconds,
    }),
    retentionDays: t.int({
      description: 'The number of days for which events, deliveries and attempts are kept.',
      resolve: ({ limits }) => limits.retentionDays,
    }),
    defaultPageSize: t.int({
      description: 'The number of objects in a page of a connection without `first` and `last`.',
      resolve: () => defaultPageSize,
    }),
    maxPageSize: t.int({
      description: 'The largest value of `first` or `last` of a connection.',
      resolve: () => maxPageSize,
    }),
    maxEndpoints: t.int({
      description: 'The largest number of endpoints of a tenant. Deleted ones are not counted.',
      resolve: ({ quotas }) => quotas.endpoints,
    }),
    maxEventTypesPerEndpoint: t.int({
      description: 'The largest number of event types and prefixes that one endpoint can receive.',
      resolve: ({ quotas }) => quotas.eventTypesPerEndpoint,
    }),
    maxHeadersPerEndpoint: t.int({
      description: 'The largest number of custom headers of one endpoint.',
      resolve: ({ quotas }) => quotas.headersPerEndpoint,
    }),
    maxRedactionPaths: t.int({
      description: 'The largest number of redaction paths of a tenant.',
      resolve: ({ quotas }) => quotas.redactionPaths,
    }),
  }),
});

builder.queryField('settings', t =>
  t.field({
    type: SettingsType,
    description: 'The limits and defaults of this server, for clients that show or check them. Needs no permission.',
    resolve: (_root, _args, { services }) => services,
  }),
);
