import { type EndpointHealth, maxBacklog } from '../domain/endpoints/load-health.ts';
import { builder } from './builder.ts';
import { CountType } from './count.ts';

/** The health that is returned for an endpoint that was deleted while the request ran. */
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
    'The recent health of an endpoint. Success rate and latency come from a sample with two parts. The first part is the newest 500 finished deliveries among those created in the last hour. The second part comes from the 500 unfinished deliveries that are due first: those that are RETRYING and whose last attempt failed in the last hour. Test deliveries and canceled deliveries are not counted.',
  fields: t => ({
    sampleSize: t.exposeInt('sampleSize', {
      description: 'The number of deliveries that `successRate` and `p95LatencyMs` are computed from.',
    }),
    successRate: t.exposeFloat('successRate', {
      nullable: true,
      description:
        'The share of deliveries in the sample whose last attempt succeeded, from 0 to 1, such as 0.98. Null if the sample has no attempts.',
    }),
    p95LatencyMs: t.exposeInt('p95LatencyMs', {
      nullable: true,
      description:
        '95% of the last attempts in the sample took at most this number of milliseconds. Null if the sample has no attempts.',
    }),
    backlog: t.field({
      type: CountType,
      description: 'The number of unfinished deliveries, including those in flight. Exact up to 10,000.',
      resolve: ({ backlog }) => ({ value: Math.min(backlog, maxBacklog), exact: backlog <= maxBacklog }),
    }),
    oldestDueAgeSeconds: t.exposeFloat('oldestDueAgeSeconds', {
      nullable: true,
      description: 'How many seconds the oldest due delivery has been waiting. Null if no delivery is due.',
    }),
    failingSince: t.expose('failingSince', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the first attempt after the last success failed. Null if no attempt has failed since the last success.',
    }),
    isFailing: t.exposeBoolean('isFailing', {
      description:
        'Whether the endpoint is considered failing: every attempt has failed since `failingSince`, which was at least five minutes or five attempts ago. A single failed attempt does not make it true. The attempts are those of the sample.',
    }),
    warnedAt: t.expose('warnedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the event `livehook.endpoint.failing` was published for the failure that began at `failingSince`. Null if it was not published.',
    }),
    disablesAt: t.expose('disablesAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the endpoint will be disabled if all attempts until then fail. Null if no attempt has failed since the last success, or if the endpoint is not ENABLED or is never disabled.',
    }),
  }),
});
