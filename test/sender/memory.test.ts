import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createEncryption } from '../../src/database/encryption.ts';
import { generateSecret } from '../../src/egress/signing.ts';
import { newUuid } from '../../src/ids.ts';
import { startLivehook, testEncryptionKey } from '../fixtures/livehook-process.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/postgres.ts';
import { readRssBytes } from '../fixtures/process-usage.ts';
import { testRedis } from '../fixtures/redis.ts';
import { defaultTenantId } from '../fixtures/seed-deliveries.ts';

const backlog = 10_000;
const endpoints = 16;
const events = 100;
const payloadBytes = 262_144;
/** The number of requests after which the test ends. By then, every queue of the sender has been full for a while. */
const observedRequests = 800;
const maxRssBytes = 400 * 2 ** 20;
/** The delay of each response, so that all slots of the sender are in use. */
const answerDelayMs = 300;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

it('a sender with a backlog of 10,000 payloads of 256 KiB uses less than 400 MB of memory', async () => {
  await using receiver = await startSink();
  await insertBacklog(database.pool, await insertEndpoints(database.pool, receiver.url));
  await using livehook = await startLivehook({
    ROLES: 'sender',
    DATABASE_URL: database.connectionString,
    REDIS_URL: testRedis().url,
  });
  let peakBytes = 0;
  await vi.waitFor(
    async () => {
      peakBytes = Math.max(peakBytes, await readRssBytes(livehook.pid));
      expect(receiver.bodies()).toBeGreaterThanOrEqual(observedRequests);
    },
    { timeout: 200_000, interval: 10 },
  );
  expect(receiver.sizes()).toEqual(new Set([payloadBytes]));
  expect(peakBytes).toBeLessThan(maxRssBytes);
}, 240_000);

/** Starts a receiver that reads request bodies and keeps only their sizes. */
async function startSink() {
  let bodies = 0;
  const sizes = new Set<number>();
  const server = createServer((request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => {
      bodies += 1;
      sizes.add(bytes);
      setTimeout(() => response.end(), answerDelayMs);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies: () => bodies,
    sizes: () => sizes,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

async function insertEndpoints(pool: Pool, url: string): Promise<string[]> {
  const ids = newIds(endpoints);
  await pool.query(
    `INSERT INTO endpoint (id, tenant_id, name, url, status, event_types, method, headers, store_response_body, updated_at)
     SELECT id, $2, 'Shop', $3 || '/' || n, 'ENABLED', '{}', 'POST', '[]', true, now()
     FROM unnest($1::uuid[]) WITH ORDINALITY AS e (id, n)`,
    [ids, defaultTenantId, url],
  );
  const encryption = createEncryption(Buffer.from(testEncryptionKey, 'base64'));
  await pool.query(
    'INSERT INTO endpoint_secret (id, endpoint_id, ciphertext) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bytea[])',
    [newIds(endpoints), ids, ids.map(() => encryption.encrypt(generateSecret()))],
  );
  return ids;
}

function newIds(length: number): string[] {
  return Array.from({ length }, () => newUuid(Date.now()));
}

/** Inserts a backlog. Its payloads compress well, so they need little space in the database but not in the sender. */
async function insertBacklog(pool: Pool, endpointIds: readonly string[]): Promise<void> {
  const eventIds = newIds(events);
  const deliveryIds = newIds(backlog);
  const payload = JSON.stringify('x'.repeat(payloadBytes - 2));
  await pool.query(
    `WITH events AS (
       INSERT INTO event (id, tenant_id, type, payload, is_test)
       SELECT id, $1, 'large', $6, false FROM unnest($5::uuid[]) AS id
     )
     INSERT INTO delivery_live (id, tenant_id, endpoint_id, event_id, due_at, updated_at, status, max_attempts, live,
       is_test, event_type)
     SELECT d.id, $1, d.endpoint_id, d.event_id, date_trunc('milliseconds', now()), now(), 'PENDING', 10, true, false, 'large'
     FROM unnest($2::uuid[], $3::uuid[], $4::uuid[]) AS d (id, endpoint_id, event_id)`,
    [
      defaultTenantId,
      deliveryIds,
      deliveryIds.map((_, index) => endpointIds[index % endpoints]),
      deliveryIds.map((_, index) => eventIds[index % events]),
      eventIds,
      payload,
    ],
  );
}
