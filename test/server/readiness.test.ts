import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { createReadiness } from '../../src/server/health.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';

test('a flood of /readyz shares one check, and a request after it starts another', async () => {
  await using database = await createTestDatabase();
  const { promise: released, resolve: release } = Promise.withResolvers<boolean>();
  const check = vi.fn(() => released);
  const query = vi.spyOn(database.pool, 'query');
  const feed = { health: () => 'ready' } as never;
  const send = createReadiness({ systemPool: database.pool, feed, readiness: [{ name: 'loop', check }] }, () => false);
  const responses = Array.from({ length: 500 }, () => new ServerResponse(new IncomingMessage(new Socket())));
  const sending = responses.map(response => send(response));
  expect(check).toHaveBeenCalledTimes(1);
  release(true);
  await Promise.all(sending);
  expect(new Set(responses.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
  // One query checks PostgreSQL, and two check the migrations.
  expect(query).toHaveBeenCalledTimes(3);
  await send(new ServerResponse(new IncomingMessage(new Socket())));
  expect(check).toHaveBeenCalledTimes(2);
  expect(query).toHaveBeenCalledTimes(6);
});
