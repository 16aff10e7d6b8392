import type { Permission } from '../../../src/domain/context.ts';
import { permissions } from '../../../src/domain/context.ts';
import { formatId, newUuid, parseId } from '../../../src/ids.ts';
import { openTestApi, type TestApi } from '../../fixtures/api.ts';

/** A tenant with one object of each type, and an API key of this tenant. */
export interface TenantFixture {
  readonly key: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly deliveryId: string;
  /** The bulk operation that retried the delivery. */
  readonly bulkOperationId: string;
}

/** Two tenants, each with one object of every type, and credentials that can see a part of the first one. */
export interface World extends AsyncDisposable {
  readonly api: TestApi;
  readonly owner: TenantFixture;
  readonly otherTenant: TenantFixture;
  /** API keys of the owner's tenant. Each has every permission except one. */
  readonly lacking: ReadonlyMap<Permission, string>;
  /** A portal token for the owner's endpoint, and one for another endpoint of the same tenant. */
  readonly insider: string;
  readonly outsider: string;
  /** The owner's objects that the portal token `outsider` can see. */
  readonly elsewhere: TenantFixture;
  /** A new endpoint of the owner's. */
  createEndpoint(): Promise<string>;
  /** Creates a PENDING delivery to the endpoint of the owner. */
  createDelivery(): Promise<string>;
  /** Creates a delivery to the endpoint of the owner that has FAILED with a response of 500. */
  createFailed(): Promise<TenantFixture>;
}

/** A text that every name and event type of the owner contains, and no other text. */
export const mark = 'owners-own';

export async function openWorld(): Promise<World> {
  await using opening = new AsyncDisposableStack();
  const api = opening.use(await openTestApi());
  const ownerKey = await api.createKey(...permissions);
  const owner = await settle(api, ownerKey, mark);
  const otherTenant = await settle(api, await api.createOtherTenant(), 'other-tenant');
  const lacking = new Map<Permission, string>();
  for (const each of permissions) {
    lacking.set(each, await api.createKey(...permissions.filter(permission => permission !== each)));
  }
  const endpointId = await createEndpoint(api, ownerKey, mark);
  const published = await publish(api, ownerKey, endpointId, `${mark}.elsewhere`);
  const elsewhere: TenantFixture = { key: ownerKey, endpointId, ...published, bulkOperationId: owner.bulkOperationId };
  const publishOwn = () => publish(api, ownerKey, owner.endpointId, `${mark}.event`);
  const opened = opening.move();
  return {
    api,
    owner,
    otherTenant,
    lacking,
    insider: await createPortalToken(api, ownerKey, owner.endpointId),
    outsider: await createPortalToken(api, ownerKey, endpointId),
    elsewhere,
    createEndpoint: () => createEndpoint(api, ownerKey, mark),
    createDelivery: async () => (await publishOwn()).deliveryId,
    async createFailed() {
      // The delivery gets a separate bulk operation id, so that a filter by operation finds it alone.
      const failed = { ...(await publishOwn()), bulkOperationId: formatId('blk', newUuid(Date.now())) };
      // Sets the fields that a failed attempt would have set.
      await api.services.pool.query(
        "UPDATE delivery SET error_code = 'HTTP_STATUS', response_status = 500, bulk_operation_id = $2 WHERE id = $1",
        [parseId('dlv', failed.deliveryId), parseId('blk', failed.bulkOperationId)],
      );
      const variables = { id: failed.deliveryId };
      await api.ask('mutation ($id: ID!) { cancelDelivery(id: $id) { __typename } }', variables, ownerKey);
      return { ...owner, ...failed };
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function settle(api: TestApi, key: string, name: string): Promise<TenantFixture> {
  const endpointId = await createEndpoint(api, key, name);
  const { eventId, deliveryId } = await publish(api, key, endpointId, `${name}.event`);
  const { retryDeliveries } = await api.ask(
    'mutation ($ids: [ID!]!) { retryDeliveries(filter: { ids: $ids }) { ... on BulkOperation { id } } }',
    { ids: [deliveryId] },
    key,
  );
  // The list of portal tokens of this tenant also needs an entry.
  await createPortalToken(api, key, endpointId);
  // Sets the state after a janitor has processed the operation. Its list of errors needs an entry, whose cursor a case
  // uses.
  await api.services.pool.query(
    "INSERT INTO bulk_operation_error (operation_id, delivery_id, code, message) VALUES ($1, $2, 'INVALID_STATE', '')",
    [parseId('blk', retryDeliveries.id), parseId('dlv', deliveryId)],
  );
  return { key, endpointId, eventId, deliveryId, bulkOperationId: retryDeliveries.id };
}

async function createEndpoint(api: TestApi, key: string, name: string): Promise<string> {
  const { createEndpoint } = await api.ask(
    `mutation ($name: String!) { createEndpoint(input: { name: $name, url: "https://shop.test/" }) {
      ... on CreateEndpointSuccess { endpoint { id } } } }`,
    { name },
    key,
  );
  return createEndpoint.endpoint.id;
}

export async function publish(api: TestApi, key: string, endpointId: string, type: string) {
  const { publishEvent } = await api.ask(
    `mutation ($input: PublishEventInput!) { publishEvent(input: $input) {
      ... on Event { id deliveries { nodes { id } } } } }`,
    { input: { type, payload: {}, endpointIds: [endpointId] } },
    key,
  );
  return { eventId: publishEvent.id as string, deliveryId: publishEvent.deliveries.nodes[0].id as string };
}

async function createPortalToken(api: TestApi, key: string, endpointId: string): Promise<string> {
  const { createPortalToken } = await api.ask(
    `mutation ($input: CreatePortalTokenInput!) { createPortalToken(input: $input) {
      ... on CreatePortalTokenSuccess { token } } }`,
    {
      input: {
        endpointIds: [endpointId],
        permissions: ['DELIVERIES_READ', 'DELIVERIES_MANAGE', 'ENDPOINTS_READ', 'ENDPOINTS_MANAGE'],
      },
    },
    key,
  );
  return createPortalToken.token;
}
