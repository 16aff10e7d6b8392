import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { withTransaction } from '../../src/database/pool.ts';
import { openTestApi, type TestApi } from '../fixtures/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ maxSocketsPerKey: 1 });
});
afterAll(() => api[Symbol.asyncDispose]());

/** Creates the path of a stream that sends one event and ends. */
async function createStreamPath(): Promise<string> {
  const { retryDeliveries } = await api.ask(
    'mutation { retryDeliveries(filter: { statuses: [FAILED] }) { ... on BulkOperation { id } } }',
  );
  const { id } = retryDeliveries;
  await api.ask('mutation ($id: ID!) { cancelBulkOperation(id: $id) { __typename } }', { id });
  const query = `subscription { bulkOperationUpdated(id: "${id}") { status } }`;
  return `/graphql?query=${encodeURIComponent(query)}`;
}

test('a client that disconnects before its stream starts releases its stream slot', async () => {
  const key = await api.createKey('DELIVERIES_READ');
  const path = await createStreamPath();
  const { pool } = api.services;
  await withTransaction(pool, async client => {
    await client.query('LOCK TABLE api_key IN ACCESS EXCLUSIVE MODE');
    const leavingClient = connect(api.port, '127.0.0.1');
    leavingClient.write(
      `GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\naccept: text/event-stream\r\n\r\n`,
    );
    await vi.waitFor(async () => {
      const waiting =
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%api_key%'";
      expect((await pool.query(waiting)).rowCount).toBe(1);
    });
    leavingClient.resetAndDestroy();
    // Sends these requests to make sure that the server has received the reset before.
    for (let i = 0; i < 5; i += 1) await (await fetch(`${api.url}/healthz`)).text();
  });
  const headers = { authorization: `Bearer ${key}`, accept: 'text/event-stream' };
  const read = async () => (await fetch(`${api.url}${path}`, { headers })).text();
  await expect.poll(read).toContain('"status":"CANCELED"');
});
