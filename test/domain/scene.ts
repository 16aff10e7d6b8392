import type { Pool } from 'pg';
import { vi } from 'vitest';
import { keptPlans, openPool } from '../../src/database/pool.ts';
import type { DeliverySnapshot, DeliveryStatus } from '../../src/delivery.ts';
import { type DomainContext, defaultTenantId, type Permission, permissions } from '../../src/domain/context.ts';
import { type AttemptTexts, loadAttemptTexts } from '../../src/domain/deliveries/read-attempt-bodies.ts';
import { type AttemptRow, loadAttempts } from '../../src/domain/deliveries/read-attempts.ts';
import { loadDeliveries } from '../../src/domain/deliveries/read-deliveries.ts';
import { type CreateEndpointInput, createEndpoint } from '../../src/domain/endpoints/create-endpoint.ts';
import { type PublishEventInput, publishEvents } from '../../src/domain/events/publish-events.ts';
import { formatId, newUuid } from '../../src/ids.ts';
import { openRateLimiter } from '../../src/sender/rate-limiter.ts';
import { openSender, type Sender, type SenderOptions } from '../../src/sender/sender.ts';
import { openSend, type SendFixtureOptions } from '../egress/send-fixture.ts';
import { silentLog } from '../fixtures/postgres.ts';
import { seedTenant } from '../fixtures/seed-deliveries.ts';
import { openTestServices, type TestServices } from '../fixtures/services.ts';

/** An endpoint with its ids. */
export interface SceneEndpoint {
  readonly id: string;
  readonly uuid: string;
  readonly secret: string;
}

/** A tenant with services and a separate test database, and senders that are assembled like in production. */
export interface Scene extends AsyncDisposable {
  readonly services: TestServices;
  /** The context of the default tenant, with every permission. */
  readonly ctx: DomainContext;
  /** A context of the default tenant with only these permissions. */
  withPermissions(...granted: Permission[]): DomainContext;
  /** Creates another tenant. @returns a context of that tenant with every permission. */
  createOtherTenant(): Promise<DomainContext>;
  /**
   * Creates an endpoint. `input` overrides the defaults: a name, and a URL where no server listens. `ctx` is the
   * context of the caller, by default that of the scene.
   */
  createEndpoint(input?: Partial<CreateEndpointInput>, ctx?: DomainContext): Promise<SceneEndpoint>;
  /** Publishes one event (default: `payment.completed`, `{}`). @returns the ids (UUIDs) of its deliveries. */
  publish(input?: Partial<PublishEventInput>, ctx?: DomainContext): Promise<string[]>;
  /** Publishes one event to one endpoint. @returns the id (UUID) of its delivery. */
  publishOne(input?: Partial<PublishEventInput>, ctx?: DomainContext): Promise<string>;
  /** Reads the current state of the delivery. */
  read(deliveryId: string): Promise<DeliverySnapshot>;
  readAttempts(deliveryId: string): Promise<(AttemptRow & AttemptTexts)[]>;
  /** Waits until the delivery has this status. @returns the delivery. */
  waitForStatus(deliveryId: string, status: DeliveryStatus): Promise<DeliverySnapshot>;
  /** The number of deliveries in each status. */
  countByStatus(): Promise<Partial<Record<DeliveryStatus, number>>>;
  /** Starts a sender with its own database connections. Closing the scene drains the sender, unless the sender was closed before. */
  startSender(options?: SceneSenderOptions): SceneSender;
}

export type SceneSenderOptions = Partial<SenderOptions> & { readonly egress?: SendFixtureOptions };

/** A sender for tests. Closing it drains it for at most 200 ms. */
export interface SceneSender extends Sender, AsyncDisposable {
  readonly pool: Pool;
}

/** The time in milliseconds after which a drain aborts requests in flight. */
const drainMs = 200;

export async function openScene(): Promise<Scene> {
  await using opening = new AsyncDisposableStack();
  const services = opening.use(await openTestServices());
  const senders = opening.use(new AsyncDisposableStack());
  const contextOf = (tenantId: string, granted: readonly Permission[]): DomainContext => ({
    services,
    actor: { tenantId, apiKeyId: null, permissions: new Set(granted), endpointIds: null, portalToken: null },
  });
  const ctx = contextOf(defaultTenantId, permissions);

  const publish: Scene['publish'] = async (input = {}, by = ctx) => {
    const payloadText = input.payload === undefined ? '{}' : undefined;
    const [event] = await publishEvents(by, [{ type: 'payment.completed', payloadText, ...input }], 'input');
    const { rows } = await services.pool.query('SELECT id FROM delivery WHERE event_id = $1 ORDER BY id', [event?.id]);
    return rows.map(row => row.id);
  };

  const read: Scene['read'] = async id => {
    const { rows } = await services.pool.query('SELECT tenant_id FROM delivery WHERE id = $1', [id]);
    const delivery = (await loadDeliveries(contextOf(rows[0]?.tenant_id, permissions), [id])).get(id);
    if (!delivery) throw new Error(`there is no delivery ${id}`);
    return delivery;
  };

  const opened = opening.move();
  return {
    services,
    ctx,
    withPermissions: (...granted) => contextOf(defaultTenantId, granted),
    async createOtherTenant() {
      const id = newUuid(services.clock.now());
      await seedTenant(services.pool, id);
      return contextOf(id, permissions);
    },
    async createEndpoint(input = {}, by = ctx) {
      const { endpoint, secret } = await createEndpoint(by, { name: 'Shop', url: 'http://127.0.0.1:9/', ...input });
      return { id: formatId('ep', endpoint.id), uuid: endpoint.id, secret };
    },
    publish,
    async publishOne(input, by) {
      const ids = await publish(input, by);
      const [id] = ids;
      if (id === undefined || ids.length > 1) throw new Error(`the event went to ${ids.length} endpoints`);
      return id;
    },
    read,
    async readAttempts(id) {
      const attempts = (await loadAttempts(ctx, [id], 100)).get(id) ?? [];
      const texts = new Map((await loadAttemptTexts(ctx, attempts)).map(each => [each.number, each]));
      return attempts.map(attempt => ({ ...attempt, ...(texts.get(attempt.number) as AttemptTexts) }));
    },
    waitForStatus: (id, status) =>
      until(async () => {
        const delivery = await read(id);
        if (delivery.status !== status) throw new Error(`the delivery is ${delivery.status}, not ${status}`);
        return delivery;
      }),
    async countByStatus() {
      const { rows } = await services.pool.query('SELECT status, count(*)::int FROM delivery GROUP BY status');
      return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    },
    startSender: options => senders.use(startSender(services, options)),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function startSender(services: TestServices, { egress, ...options }: SceneSenderOptions = {}): SceneSender {
  const { connectionString } = services.pool.options;
  if (connectionString === undefined) throw new Error('the pool was opened without a connection string');
  const opened = new AsyncDisposableStack();
  const pool = openPool({
    connectionString,
    max: 8,
    statementTimeoutMs: 5000,
    applicationName: 'livehook-test-sender',
    settings: keptPlans,
    log: silentLog,
  });
  opened.defer(() => pool.end());
  const { send } = opened.use(openSend(egress));
  const sender = openSender({
    ...services,
    pool,
    send,
    rateLimiter: opened.use(openRateLimiter(null, services.clock, silentLog)),
    userAgent: 'Livehook/test',
    concurrency: 64,
    endpointConcurrency: 8,
    defaultTimeoutMs: services.limits.defaultTimeoutMs,
    defaultRetryScheduleSeconds: services.limits.defaultRetryScheduleSeconds,
    ...options,
  });
  opened.defer(() => sender.drain(AbortSignal.timeout(drainMs)));
  return { ...sender, pool, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** Calls `read` until it no longer rejects. @returns its result. */
export function until<T>(read: () => T | Promise<T>, timeoutMs = 60_000): Promise<T> {
  return vi.waitFor(read, { timeout: timeoutMs, interval: 10 });
}
