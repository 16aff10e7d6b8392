import type { Permission } from '../../../src/domain/context.ts';
import { rootKey } from '../../fixtures/api.ts';
import type { Variables } from '../../fixtures/client.ts';
import { mark, type TenantFixture, type World } from './world.ts';

/** A document, and which actors may read which objects with it. */
export interface Case {
  /** The entries of `listRequired` that the document covers. */
  readonly covers: readonly string[];
  /** Keys without this permission get FORBIDDEN. Null: no permission is needed. ROOT: only the root key may. */
  readonly permission: Permission | 'ROOT' | null;
  readonly document: string;
  /** Creates new variables with ids of the owner for each request. `caller` is the tenant that sends the request. */
  readonly variables: (world: World, caller: TenantFixture) => Promise<Variables>;
  /** The ids that the response to the owner contains. */
  readonly shows: string;
  /**
   * What another tenant gets: a response without the ids in `shows` (`denied`), or a response with its own objects
   * (`alike`).
   */
  readonly otherTenant: 'denied' | 'alike';
  /**
   * What portal tokens get. `narrowed`: the token for the endpoint of the owner gets the same response as the owner,
   * and the other token gets a response without the ids in `shows`. Otherwise both get FORBIDDEN, null, or the whole
   * response.
   */
  readonly portal: 'narrowed' | 'forbidden' | 'nothing' | 'alike';
}

const none = async (): Promise<Variables> => ({});

/** Creates one case for each field of the filter that accepts an id. */
function filtered(base: Omit<Case, 'covers' | 'variables'>, field: string): Case[] {
  return Object.entries(filters).map(([name, make]) => ({
    ...base,
    covers: [`${field}:filter.${name}`],
    variables: async world => ({ filter: make(await world.createFailed()) }),
  }));
}

/** Filters that select objects of one tenant. */
export const filters: Record<string, (failed: TenantFixture) => object> = {
  ids: ({ deliveryId }) => ({ ids: [deliveryId] }),
  endpointIds: ({ endpointId }) => ({ endpointIds: [endpointId], failureReasons: ['CANCELED'] }),
  eventIds: ({ eventId }) => ({ eventIds: [eventId], statuses: ['FAILED'] }),
  bulkOperationIds: ({ bulkOperationId }) => ({ bulkOperationIds: [bulkOperationId], statuses: ['FAILED'] }),
  search: ({ deliveryId }) => ({ search: deliveryId, statuses: ['FAILED'] }),
};

/** Creates one case for each cursor argument of a connection. A cursor of another tenant is rejected as invalid. */
function paged(
  field: string,
  permission: Case['permission'],
  page: (args: string) => string,
  portal: Case['portal'] = 'alike',
): Case[] {
  return ['after', 'before'].map(name => ({
    covers: [`${field}:${name}`],
    permission,
    document: `query ($cursor: String) { ${page(`${name}: $cursor`)} }`,
    variables: async ({ api, owner }) => {
      const query = `{ ${page('first: 1').replace(info, 'pageInfo { endCursor }')} }`;
      const data = await api.ask(query, {}, permission === 'ROOT' ? rootKey : owner.key);
      return { cursor: /"endCursor":"([^"]+)"/.exec(JSON.stringify(data))?.[1] };
    },
    shows: '"hasNextPage"',
    otherTenant: permission === 'ROOT' ? 'alike' : 'denied',
    portal,
  }));
}

const info = 'pageInfo { hasNextPage }';

function mutation(
  name: string,
  permission: Case['permission'],
  success: string,
  options: {
    readonly args: string;
    readonly values: string;
    readonly variables: Case['variables'];
    readonly covers?: readonly string[];
    readonly otherTenant?: Case['otherTenant'];
    readonly portal?: Case['portal'];
  },
): Case {
  const { args, values, variables, covers, otherTenant = 'denied', portal = 'narrowed' } = options;
  return {
    covers: (covers ?? ['id']).map(path => (path === '' ? `Mutation.${name}` : `Mutation.${name}:${path}`)),
    permission,
    document: `mutation (${args}) { result: ${name}(${values}) { __typename } }`,
    variables,
    shows: `"__typename":"${success}"`,
    otherTenant,
    portal,
  };
}

const byId = { args: '$id: ID!', values: 'id: $id' };
const ownEndpoint = { ...byId, variables: async ({ owner }: World) => ({ id: owner.endpointId }) };

function node(
  type: string,
  permission: Case['permission'],
  id: (world: World) => Promise<string>,
  portal: Case['portal'],
): Case {
  return {
    covers: ['Query.node:id'],
    permission,
    document: 'query ($id: ID!) { node(id: $id) { __typename } }',
    variables: async world => ({ id: await id(world) }),
    shows: `"__typename":"${type}"`,
    otherTenant: 'denied',
    portal,
  };
}

function byIdQuery(
  field: string,
  permission: Permission,
  id: (world: World) => Promise<string>,
  portal: Case['portal'],
): Case {
  return {
    covers: [`Query.${field}:id`],
    permission,
    document: `query ($id: ID!) { result: ${field}(id: $id) { __typename } }`,
    variables: async world => ({ id: await id(world) }),
    shows: '"result":{',
    otherTenant: 'denied',
    portal,
  };
}

/** Creates a case for a field without id arguments, which returns objects of the caller's tenant. */
function plain(
  field: string,
  permission: Case['permission'],
  document: string,
  shows: string,
  portal: Case['portal'],
  otherTenant: Case['otherTenant'] = 'denied',
): Case {
  return { covers: [field], permission, document, variables: none, shows, otherTenant, portal };
}

const bulkOf = async ({ api, owner }: World): Promise<string> => {
  const { bulkOperations } = await api.ask('{ bulkOperations(last: 1) { nodes { id } } }', {}, owner.key);
  return bulkOperations.nodes[0].id;
};
const keyOf = async ({ api, owner }: World): Promise<string> =>
  (await api.ask('{ viewer { apiKey { id } } }', {}, owner.key)).viewer.apiKey.id;
const tenantOf = async ({ api, owner }: World): Promise<string> =>
  (await api.ask('{ viewer { tenant { id } } }', {}, owner.key)).viewer.tenant.id;

const portalTokenOf = async ({ api, owner }: World): Promise<string> => {
  const { createPortalToken } = await api.ask(
    `mutation ($id: ID!) { createPortalToken(input: { endpointIds: [$id], permissions: [DELIVERIES_READ] }) {
      ... on CreatePortalTokenSuccess { portalToken { id } } } }`,
    { id: owner.endpointId },
    owner.key,
  );
  return createPortalToken.portalToken.id;
};

const auditEntryOf = async ({ api, owner }: World): Promise<string> =>
  (await api.ask('{ auditLog(first: 1) { nodes { id } } }', {}, owner.key)).auditLog.nodes[0].id;

export const queries: readonly Case[] = [
  plain('Query.viewer', null, '{ viewer { tenant { name } } }', '"name":"default"', 'alike'),
  plain('Query.settings', null, '{ settings { retentionDays } }', '"retentionDays":30', 'alike', 'alike'),
  plain('Query.feedCursor', 'DELIVERIES_READ', '{ feedCursor }', '"feedCursor":"', 'alike', 'alike'),
  plain('Query.eventTypes', 'DELIVERIES_READ', '{ eventTypes }', `${mark}.event`, 'forbidden'),
  plain('Query.apiKeys', 'KEYS_MANAGE', '{ apiKeys { name } }', '"name":"test"', 'forbidden'),
  byIdQuery('delivery', 'DELIVERIES_READ', async ({ owner }) => owner.deliveryId, 'narrowed'),
  byIdQuery('event', 'DELIVERIES_READ', async ({ owner }) => owner.eventId, 'narrowed'),
  byIdQuery('endpoint', 'ENDPOINTS_READ', async ({ owner }) => owner.endpointId, 'narrowed'),
  byIdQuery('bulkOperation', 'DELIVERIES_READ', bulkOf, 'nothing'),
  node('Delivery', 'DELIVERIES_READ', async ({ owner }) => owner.deliveryId, 'narrowed'),
  node('Event', 'DELIVERIES_READ', async ({ owner }) => owner.eventId, 'narrowed'),
  node('Endpoint', 'ENDPOINTS_READ', async ({ owner }) => owner.endpointId, 'narrowed'),
  node('BulkOperation', 'DELIVERIES_READ', bulkOf, 'nothing'),
  node('ApiKey', 'KEYS_MANAGE', keyOf, 'forbidden'),
  node('PortalToken', 'KEYS_MANAGE', portalTokenOf, 'forbidden'),
  node('AuditEntry', 'KEYS_MANAGE', auditEntryOf, 'forbidden'),
  node('Tenant', null, tenantOf, 'alike'),
  ...filtered(
    {
      permission: 'DELIVERIES_READ',
      document: 'query ($filter: DeliveryFilter) { deliveries(filter: $filter) { nodes { eventType } } }',
      shows: `"${mark}.event"`,
      otherTenant: 'denied',
      portal: 'narrowed',
    },
    'Query.deliveries',
  ),
  ...filtered(
    {
      permission: 'DELIVERIES_READ',
      document: 'query ($filter: DeliveryFilter) { deliveryStats(filter: $filter) { byEventType { eventType } } }',
      shows: `"${mark}.event"`,
      otherTenant: 'denied',
      portal: 'narrowed',
    },
    'Query.deliveryStats',
  ),
  ...filtered(
    {
      permission: 'DELIVERIES_READ',
      document: 'query ($filter: DeliveryFilter) { failureGroups(filter: $filter) { sample { eventType } } }',
      shows: `"${mark}.event"`,
      otherTenant: 'denied',
      portal: 'narrowed',
    },
    'Query.failureGroups',
  ),
  ...filtered(
    {
      permission: 'DELIVERIES_READ',
      document: `query ($filter: DeliveryFilter) {
        endpoints(last: 3) { nodes { deliveries(filter: $filter) { nodes { eventType } } } } }`,
      shows: `"${mark}.event"`,
      otherTenant: 'denied',
      portal: 'narrowed',
    },
    'Endpoint.deliveries',
  ),
  {
    covers: ['Query.endpoints:search'],
    permission: 'ENDPOINTS_READ',
    document: 'query ($search: String) { endpoints(search: $search) { nodes { name } } }',
    variables: async () => ({ search: mark.toUpperCase() }),
    shows: mark,
    otherTenant: 'denied',
    portal: 'alike',
  },
  {
    covers: ['Query.auditLog:targetId'],
    permission: 'KEYS_MANAGE',
    document: 'query ($id: ID) { auditLog(targetId: $id) { nodes { action } } }',
    variables: async ({ owner }) => ({ id: owner.endpointId }),
    shows: 'ENDPOINT_CREATED',
    otherTenant: 'denied',
    portal: 'forbidden',
  },
  {
    covers: ['Query.auditLog:apiKeyId'],
    permission: 'KEYS_MANAGE',
    document: 'query ($id: ID) { auditLog(apiKeyId: $id, actions: [ENDPOINT_CREATED]) { nodes { action } } }',
    variables: async world => ({ id: await keyOf(world) }),
    shows: 'ENDPOINT_CREATED',
    otherTenant: 'denied',
    portal: 'forbidden',
  },
  ...paged('Query.deliveries', 'DELIVERIES_READ', args => `deliveries(${args}) { ${info} }`),
  ...paged('Query.endpoints', 'ENDPOINTS_READ', args => `endpoints(${args}) { ${info} }`),
  ...paged('Query.events', 'DELIVERIES_READ', args => `events(${args}) { ${info} }`, 'forbidden'),
  ...paged('Query.bulkOperations', 'DELIVERIES_READ', args => `bulkOperations(${args}) { ${info} }`),
  ...paged('Query.portalTokens', 'KEYS_MANAGE', args => `portalTokens(${args}) { ${info} }`, 'forbidden'),
  ...paged('Query.auditLog', 'KEYS_MANAGE', args => `auditLog(${args}) { ${info} }`, 'forbidden'),
  ...paged(
    'Endpoint.deliveries',
    'DELIVERIES_READ',
    args => `endpoints(last: 1) { nodes { deliveries(${args}) { ${info} } } }`,
  ),
  ...paged(
    'Event.deliveries',
    'DELIVERIES_READ',
    args => `events(last: 1) { nodes { deliveries(${args}) { ${info} } } }`,
    'forbidden',
  ),
  ...paged(
    'BulkOperation.errors',
    'DELIVERIES_READ',
    args => `bulkOperations(last: 1) { nodes { errors(${args}) { ${info} } } }`,
    'nothing',
  ),
  ...paged('Query.tenants', 'ROOT', args => `tenants(${args}) { ${info} }`, 'forbidden'),
];

export const mutations: readonly Case[] = [
  mutation('cancelDelivery', 'DELIVERIES_MANAGE', 'Delivery', {
    ...byId,
    variables: async world => ({ id: await world.createDelivery() }),
  }),
  mutation('retryDelivery', 'DELIVERIES_MANAGE', 'Delivery', {
    ...byId,
    variables: async world => ({ id: (await world.createFailed()).deliveryId }),
  }),
  mutation('replayDelivery', 'DELIVERIES_MANAGE', 'Delivery', {
    ...byId,
    variables: async ({ owner }) => ({ id: owner.deliveryId }),
  }),
  mutation('replayDelivery', 'DELIVERIES_MANAGE', 'Delivery', {
    covers: ['endpointId'],
    args: '$id: ID!, $endpointId: ID!',
    values: 'id: $id, endpointId: $endpointId',
    variables: async ({ owner }, { deliveryId }) => ({ id: deliveryId, endpointId: owner.endpointId }),
  }),
  mutation('publishEvent', 'EVENTS_PUBLISH', 'Event', {
    covers: ['input.endpointIds'],
    args: '$id: ID!',
    values: `input: { type: "${mark}.event", payload: {}, endpointIds: [$id] }`,
    variables: ownEndpoint.variables,
    portal: 'forbidden',
  }),
  mutation('publishEvents', 'EVENTS_PUBLISH', 'PublishEventsSuccess', {
    covers: ['inputs.endpointIds'],
    args: '$id: ID!',
    values: `inputs: [{ type: "${mark}.event", payload: {}, endpointIds: [$id] }]`,
    variables: ownEndpoint.variables,
    portal: 'forbidden',
  }),
  mutation('createEndpoint', 'ENDPOINTS_MANAGE', 'CreateEndpointSuccess', {
    covers: [''],
    args: '$name: String!',
    values: 'input: { name: $name, url: "https://shop.test/" }',
    variables: async () => ({ name: 'new' }),
    otherTenant: 'alike',
    portal: 'forbidden',
  }),
  mutation('updateEndpoint', 'ENDPOINTS_MANAGE', 'Endpoint', {
    ...ownEndpoint,
    values: 'id: $id, input: { timeoutMs: 5000 }',
  }),
  mutation('deleteEndpoint', 'ENDPOINTS_MANAGE', 'Endpoint', {
    ...byId,
    variables: async world => ({ id: await world.createEndpoint() }),
    portal: 'forbidden',
  }),
  mutation('rotateEndpointSecret', 'ENDPOINTS_MANAGE', 'RotateEndpointSecretSuccess', ownEndpoint),
  mutation('expirePreviousSecrets', 'ENDPOINTS_MANAGE', 'Endpoint', ownEndpoint),
  mutation('revealEndpointSecret', 'ENDPOINTS_MANAGE', 'RevealEndpointSecretSuccess', ownEndpoint),
  mutation('sendTestEvent', 'ENDPOINTS_MANAGE', 'Delivery', {
    ...ownEndpoint,
    covers: ['endpointId'],
    values: 'endpointId: $id',
  }),
  mutation('cancelBulkOperation', 'DELIVERIES_MANAGE', 'BulkOperation', {
    ...byId,
    variables: async ({ api, owner }) => {
      const { retryDeliveries } = await api.ask(
        'mutation { retryDeliveries(filter: { statuses: [FAILED] }) { ... on BulkOperation { id } } }',
        {},
        owner.key,
      );
      return { id: retryDeliveries.id };
    },
    // A portal token cannot read an operation that an API key started, even if it concerns only endpoints of the token.
    portal: 'nothing',
  }),
  mutation('createPortalToken', 'KEYS_MANAGE', 'CreatePortalTokenSuccess', {
    ...ownEndpoint,
    covers: ['input.endpointIds'],
    values: 'input: { endpointIds: [$id], permissions: [DELIVERIES_READ] }',
    portal: 'forbidden',
  }),
  mutation('revokePortalToken', 'KEYS_MANAGE', 'PortalToken', {
    ...byId,
    variables: async world => ({ id: await portalTokenOf(world) }),
    portal: 'forbidden',
  }),
  mutation('createApiKey', 'KEYS_MANAGE', 'CreateApiKeySuccess', {
    covers: [''],
    args: '$name: String!',
    values: 'input: { name: $name, permissions: [DELIVERIES_READ] }',
    variables: async () => ({ name: 'new' }),
    otherTenant: 'alike',
    portal: 'forbidden',
  }),
  mutation('revokeApiKey', 'KEYS_MANAGE', 'ApiKey', {
    ...byId,
    variables: async ({ api, owner }) => {
      const { createApiKey } = await api.ask(
        'mutation { createApiKey(input: { name: "new", permissions: [] }) { ... on CreateApiKeySuccess { apiKey { id } } } }',
        {},
        owner.key,
      );
      return { id: createApiKey.apiKey.id };
    },
    portal: 'forbidden',
  }),
  mutation('createTenant', 'ROOT', 'Tenant', {
    covers: [''],
    args: '$name: String!',
    values: 'name: $name',
    variables: async () => ({ name: 'new' }),
    otherTenant: 'alike',
    portal: 'forbidden',
  }),
  ...(['renameTenant', 'deleteTenant'] as const).map(name =>
    mutation(name, 'ROOT', 'Tenant', {
      args: name === 'renameTenant' ? '$id: ID!, $name: String! = "renamed"' : '$id: ID!',
      values: name === 'renameTenant' ? 'id: $id, name: $name' : 'id: $id',
      variables: async ({ api }) => {
        const { createTenant } = await api.ask('mutation { createTenant(name: "new") { ... on Tenant { id } } }');
        return { id: createTenant.id };
      },
      otherTenant: 'alike',
      portal: 'forbidden',
    }),
  ),
  mutation('renameApiKey', 'KEYS_MANAGE', 'ApiKey', {
    args: '$id: ID!, $name: String! = "renamed"',
    values: 'id: $id, name: $name',
    variables: async world => ({ id: await keyOf(world) }),
    portal: 'forbidden',
  }),
  mutation('updateRedaction', 'KEYS_MANAGE', 'Tenant', {
    covers: [''],
    args: '$scan: Boolean',
    values: 'input: { scanCardNumbers: $scan }',
    variables: async () => ({ scan: false }),
    otherTenant: 'alike',
    portal: 'forbidden',
  }),
];
