import { type EndpointHealth, maxBacklog } from '../domain/endpoints/load-health.ts';
import { builder } from './builder.ts';
import { CountType } from './count.ts';

/** Of an endpoint that is gone by the time it is asked. */
export const unknownHealth: EndpointHealth = {
  sampleSize: 0,
  successRate: null,
  p95LatencyMs: null,
  backlog: 0,
  oldestDueAgeSeconds: null,
  failingSince: null,
  isFailing: false,
  warnedAt: null,
  disablesAt: null,
};

export const EndpointHealthType = builder.objectRef<EndpointHealth>('EndpointHealth').implement({
  description:
    'How an endpoint has done lately. Rate and latency are of a sample: the newest 500 deliveries that were made in the last hour and are done, and those among the first 500 waiting ones whose last attempt failed within it. Tests, and deliveries that were canceled, count for nothing.',
  fields: t => ({
    sampleSize: t.exposeInt('sampleSize', {
      description: 'How many deliveries `successRate` and `p95LatencyMs` are of.',
    }),
    successRate: t.exposeFloat('successRate', {
      nullable: true,
      description:
        'The share of the sample whose last attempt succeeded, 0 to 1, such as 0.98; null: nothing was tried.',
    }),
    p95LatencyMs: t.exposeInt('p95LatencyMs', {
      nullable: true,
      description: 'The time that 95 % of the last attempts took at most, in milliseconds; null: nothing was tried.',
    }),
    backlog: t.field({
      type: CountType,
      description: 'Deliveries that are neither done nor given up, those in flight included; exact up to 10,000.',
      resolve: ({ backlog }) => ({ value: Math.min(backlog, maxBacklog), exact: backlog <= maxBacklog }),
    }),
    oldestDueAgeSeconds: t.exposeFloat('oldestDueAgeSeconds', {
      nullable: true,
      description: 'For how long the oldest delivery that is due has been waiting, in seconds; null: none is due.',
    }),
    failingSince: t.expose('failingSince', {
      type: 'DateTime',
      nullable: true,
      description: 'The first failed attempt since the last one that succeeded; null: it does not fail.',
    }),
    isFailing: t.exposeBoolean('isFailing', {
      description:
        'Whether the endpoint counts as failing: every attempt has failed since `failingSince`, and that was five minutes or at least five attempts ago. A single failed attempt does not make it true. The attempts are those of the sample.',
    }),
    warnedAt: t.expose('warnedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When `livehook.endpoint.failing` told of it; null: it did not.',
    }),
    disablesAt: t.expose('disablesAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When it will be disabled if every attempt up to then fails, and one is made; null: it does not fail, is not enabled, or is never disabled.',
    }),
  }),
});
