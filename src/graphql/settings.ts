import type { Services } from '../domain/context.ts';
import { defaultPageSize, maxPageSize } from '../domain/pages.ts';
import { version } from '../version.ts';
import { builder } from './builder.ts';
import { scheduleList } from './costs.ts';

/** For clients that show limits and defaults, or check input before they send it. */
const SettingsType = builder.objectRef<Pick<Services, 'limits' | 'quotas'>>('Settings').implement({
  description: 'The limits and defaults of this server. All keys and portal tokens may read them.',
  fields: t => ({
    version: t.string({ description: 'The version of Livehook, such as `0.1.0`.', resolve: () => version }),
    maxPayloadBytes: t.int({
      description: 'The largest payload of an event, in bytes of UTF-8. 262,144 unless the operator changed it.',
      resolve: ({ limits }) => limits.maxPayloadBytes,
    }),
    maxResponseBytes: t.int({
      description: 'How many bytes of a response body are stored with an attempt. The rest is dropped.',
      resolve: ({ limits }) => limits.maxResponseBytes,
    }),
    defaultTimeoutMs: t.int({
      description: 'How long one attempt may take, in milliseconds, if its endpoint does not say.',
      resolve: ({ limits }) => limits.defaultTimeoutMs,
    }),
    defaultRetryScheduleSeconds: t.intList({
      extensions: scheduleList,
      description: 'The waits between attempts, in seconds, if the endpoint does not say.',
      resolve: ({ limits }) => [...limits.defaultRetryScheduleSeconds],
    }),
    defaultDisableAfterSeconds: t.int({
      description:
        'After how many seconds of failures without a success an endpoint is disabled, if it does not say. 0: never.',
      resolve: ({ limits }) => limits.disableAfterSeconds,
    }),
    retentionDays: t.int({
      description: 'For how many days events, deliveries and attempts are kept.',
      resolve: ({ limits }) => limits.retentionDays,
    }),
    defaultPageSize: t.int({
      description: 'How many entries a page of a connection has without `first` and `last`.',
      resolve: () => defaultPageSize,
    }),
    maxPageSize: t.int({
      description: 'The largest `first` or `last` of a connection.',
      resolve: () => maxPageSize,
    }),
    maxEndpoints: t.int({
      description: 'How many endpoints a tenant may have, deleted ones not counted.',
      resolve: ({ quotas }) => quotas.endpoints,
    }),
    maxEventTypesPerEndpoint: t.int({
      description: 'How many event types and prefixes one endpoint may subscribe to.',
      resolve: ({ quotas }) => quotas.eventTypesPerEndpoint,
    }),
    maxHeadersPerEndpoint: t.int({
      description: 'How many custom headers one endpoint may have.',
      resolve: ({ quotas }) => quotas.headersPerEndpoint,
    }),
    maxRedactionPaths: t.int({
      description: 'How many redaction paths a tenant may have.',
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
