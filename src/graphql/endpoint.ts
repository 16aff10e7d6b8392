import { requireId } from '../domain/arguments.ts';
import type { Services } from '../domain/context.ts';
import { showHeaders } from '../domain/endpoints/endpoint-headers.ts';
import { disablesOnGone, type EndpointHead } from '../domain/endpoints/endpoint-row.ts';
import { loadSecretExpiries } from '../domain/endpoints/endpoint-secrets.ts';
import { listEndpoints } from '../domain/endpoints/list-endpoints.ts';
import { type EndpointTexts, loadEndpoints } from '../domain/endpoints/load-endpoints.ts';
import { loadHealth } from '../domain/endpoints/load-health.ts';
import { authorize } from '../domain/verbs.ts';
import { uuidTime } from '../ids.ts';
import { builder } from './builder.ts';
import type { GraphqlContext } from './context.ts';
import {
  headerList,
  listedText,
  longText,
  patternList,
  scheduleList,
  sortedByHealth,
  statementForRow,
} from './costs.ts';
import { OrderDirection } from './delivery-filter-input.ts';
import { EndpointHealthType, unknownHealth } from './endpoint-health.ts';
import { EndpointOrderingType, EndpointPauseReasonType, EndpointStatusType, HttpMethodType } from './enums.ts';
import { byId, inOrder, loaders } from './loaders.ts';
import { toConnection } from './pages.ts';

const EndpointHeader = builder
  .objectRef<{ readonly name: string; readonly value: string | null; readonly secret: boolean }>('EndpointHeader')
  .implement({
    description: 'A custom header that is sent with each request.',
    fields: t => ({
      name: t.exposeString('name', { description: 'The name of the header.' }),
      value: t.exposeString('value', {
        nullable: true,
        description:
          'The value of the header. Null if it is secret, or if it cannot be decrypted because the server has another `ENCRYPTION_KEY` now.',
      }),
      secret: t.exposeBoolean('secret', { description: 'Whether the value is stored encrypted and never shown.' }),
    }),
  });

function isAhead(time: Date | null, { clock }: Services): boolean {
  return time !== null && time.getTime() > clock.now();
}

const EndpointOrderField = builder.enumType('EndpointOrderField', {
  description:
    'The property that endpoints are sorted by. Properties of their health are computed when the page is read, for the newest 1,000 endpoints that match. Endpoints without a value come last in both directions.',
  values: {
    CREATED_AT: { value: 'CREATED_AT', description: 'The time at which the endpoint was created.' },
    SUCCESS_RATE: { value: 'SUCCESS_RATE', description: 'The success rate, as in `EndpointHealth.successRate`.' },
    P95_LATENCY: {
      value: 'P95_LATENCY',
      description: 'The latency that 95% of the last attempts did not exceed, as in `EndpointHealth.p95LatencyMs`.',
    },
    BACKLOG: {
      value: 'BACKLOG',
      description:
        'The number of unfinished deliveries, as in `EndpointHealth.backlog`. Numbers above 10,000 count as equal.',
    },
  } as const,
});

const EndpointOrder = builder.inputType('EndpointOrder', {
  description: 'The order of endpoints. Ties are broken by id, in the same direction.',
  fields: t => ({
    field: t.field({ type: EndpointOrderField, required: true, description: 'The field to sort by.' }),
    direction: t.field({ type: OrderDirection, required: true, description: 'The direction to sort in.' }),
  }),
});

/**
 * The configuration of an endpoint can be read with a permission to read or to manage endpoints. With DELIVERIES_READ
 * alone, a client sees only name, URL and status.
 */
const configurationScopes = { anyVerb: ['endpoint', 'updateEndpoint'] } as const;

/**
 * An endpoint. Its event types, headers and template may have hundreds of kilobytes, so they are loaded only for
 * operations that select them.
 */
export const EndpointType = builder.loadableNodeRef('Endpoint', {
  id: { resolve: (endpoint: EndpointHead) => endpoint.id },
  ...byId(loadEndpoints),
});

async function readTexts({ id }: EndpointHead, context: GraphqlContext): Promise<EndpointTexts> {
  const texts = await loaders.endpointTexts(context).load(id);
  if (!texts) throw new Error(`the endpoint ${id} is gone`);
  return texts;
}

EndpointType.implement({
  description: 'The URL of a customer that receives events, with its settings.',
  fields: (t, configuration = t.withAuth(configurationScopes)) => ({
    name: t.exposeString('name', { description: 'The name that people gave the endpoint, such as `Billing`.' }),
    url: t.exposeString('url', {
      description: 'The URL that requests are sent to. Its path and query may have a Liquid template.',
    }),
    status: t.expose('status', {
      type: EndpointStatusType,
      description: 'Whether deliveries to the endpoint are created and sent.',
    }),
    statusReason: t.exposeString('statusReason', {
      nullable: true,
      description: 'Why Livehook changed the status of the endpoint automatically. Null if a user set the status.',
    }),
    pausedUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'The end of a temporary pause of the endpoint, whose reason is in `pausedReason`. Until then, only test events and manual retries are sent, and other deliveries wait. The pause also ends when the URL or the status is changed, and when an attempt succeeds. Null if there is no temporary pause. A `status` of PAUSED or DISABLED does not set it.',
      resolve: ({ holdUntil }, _args, { services }) => (isAhead(holdUntil, services) ? holdUntil : null),
    }),
    pausedReason: t.field({
      type: EndpointPauseReasonType,
      nullable: true,
      description: 'Why deliveries wait until `pausedUntil`. Null if there is no temporary pause.',
      resolve: ({ holdUntil }, _args, { services }) => (isAhead(holdUntil, services) ? 'RETRY_AFTER' : null),
    }),
    statusChangedAt: t.expose('statusChangedAt', {
      type: 'DateTime',
      description: 'When the status of the endpoint last changed.',
    }),
    eventTypes: configuration.stringList({
      extensions: patternList,
      resolve: async (endpoint, _args, context) => (await readTexts(endpoint, context)).eventTypes,
      description:
        'The event types that the endpoint receives, exact or as prefixes such as `license.*`. If empty, it receives all types except `livehook.*`.',
    }),
    headers: configuration.field({
      type: [EndpointHeader],
      description: 'The custom headers that are sent with each request.',
      extensions: headerList,
      resolve: async (endpoint, _args, context) =>
        showHeaders((await readTexts(endpoint, context)).headers, context.services.encryption),
    }),
    previousSecretsExpireAt: configuration.loadable({
      type: 'DateTime',
      nullable: true,
      ...byId(loadSecretExpiries),
      extensions: listedText,
      description:
        'When the last of the earlier secrets expires. Requests are signed with the current secret and with each earlier secret that has not expired. Null if requests are signed only with the current secret.',
      resolve: ({ id }) => id,
    }),
    method: configuration.expose('method', {
      type: HttpMethodType,
      description: 'The HTTP method of the requests.',
    }),
    bodyTemplate: configuration.string({
      nullable: true,
      resolve: async (endpoint, _args, context) => (await readTexts(endpoint, context)).bodyTemplate,
      extensions: longText,
      description: 'The Liquid template of the request body. Null if the payload is sent as published.',
    }),
    timeoutMs: configuration.int({
      description: 'The largest duration of one attempt, in milliseconds: 100 to 60,000.',
      resolve: ({ timeoutMs }, _args, { services }) => timeoutMs ?? services.limits.defaultTimeoutMs,
    }),
    retryScheduleSeconds: configuration.intList({
      extensions: scheduleList,
      description:
        'The delay after each failed attempt, in seconds. The actual delay differs from this number at random, by up to 10% in both directions.',
      resolve: ({ retryScheduleSeconds }, _args, { services }) => [
        ...((retryScheduleSeconds as number[] | null) ?? services.limits.defaultRetryScheduleSeconds),
      ],
    }),
    maxConcurrency: configuration.exposeInt('maxConcurrency', {
      nullable: true,
      description:
        'The largest number of requests in flight at once, of all senders together. Null if only the limit of each sender applies.',
    }),
    ordering: configuration.expose('ordering', {
      type: EndpointOrderingType,
      description: 'Whether deliveries are sent one at a time, in the order in which their events were published.',
    }),
    rateLimitPerSecond: configuration.exposeFloat('rateLimitPerSecond', {
      nullable: true,
      description: 'The largest number of requests per second. Null if there is no limit.',
    }),
    disableOnGone: configuration.boolean({
      description: 'Whether a response of 410 disables the endpoint.',
      resolve: endpoint => disablesOnGone(endpoint),
    }),
    disableAfterSeconds: configuration.int({
      description:
        'The endpoint is disabled automatically once its attempts have failed for this number of seconds without a success. 0 if it is never disabled automatically.',
      resolve: ({ disableAfterSeconds }, _args, { services }) =>
        disableAfterSeconds ?? services.limits.disableAfterSeconds,
    }),
    storeResponseBody: configuration.exposeBoolean('storeResponseBody', {
      description:
        'Whether response bodies are stored up to their size limit. If false, only their first 500 bytes are stored.',
    }),
    health: t.loadable({
      type: EndpointHealthType,
      loaderOptions: byId(loadHealth).loaderOptions,
      extensions: statementForRow,
      nullable: true,
      description:
        'How attempts to the endpoint have gone lately, and whether it is about to be disabled. Null, with an error, if the figures take too long to compute.',
      load: async (ids: string[], context) => inOrder(ids, await loadHealth(context, ids), unknownHealth),
      resolve: ({ id }) => id,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the endpoint was created.',
      resolve: ({ id }) => uuidTime(id),
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When the settings of the endpoint last changed.',
    }),
    deletedAt: t.expose('deletedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the endpoint was deleted. Null if it was not deleted.',
    }),
  }),
});

const EndpointConnection = builder.connectionObject(
  { type: EndpointType, name: 'EndpointConnection', description: 'A page of endpoints.' },
  { name: 'EndpointEdge', description: 'An endpoint in a page.' },
);

builder.queryFields(t => ({
  endpoint: t.field({
    type: EndpointType,
    nullable: true,
    description: 'The endpoint with this id, even if it is deleted. Null if the tenant has no endpoint with this id.',
    args: {
      id: t.arg.id({ required: true, description: 'The id of the endpoint, such as `ep_01h455vb4pex5vsknk084sn02q`.' }),
    },
    resolve: (_root, { id }, { actor }) => {
      authorize(actor, 'endpoint');
      return requireId('ep', id, 'id');
    },
  }),
  endpoints: t.connection(
    {
      type: EndpointType,
      description: 'The endpoints of the tenant, newest first by default. Deleted endpoints are not included.',
      extensions: sortedByHealth,
      args: {
        search: t.arg.string({
          description:
            'A part of the name, or of the URL or one of the last 20 former URLs (each without its query string), at most 256 characters. Upper and lower case, Unicode compositions and spaces around the term make no difference: `istanbul` finds `İstanbul`. Letters with and without an accent are different: `muller` does not find `Müller`. A blank term has no effect.',
        }),
        statuses: t.arg({
          type: [EndpointStatusType],
          description:
            'Only endpoints in one of these statuses are returned. An empty list matches nothing. All statuses by default.',
        }),
        orderBy: t.arg({ type: EndpointOrder, description: 'The order of the endpoints. Default: newest first.' }),
      },
      resolve: async (_root, args, context) => toConnection(await listEndpoints(context, args)),
    },
    EndpointConnection,
  ),
}));
