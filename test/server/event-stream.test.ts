import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';
import { openRawConnection } from '../fixtures/raw-connection.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ maxSocketsPerKey: 1 });
  await api.ask('mutation { createEndpoint(input: { name: "Shop", url: "https://shop.test/" }) { __typename } }');
});
afterAll(() => api[Symbol.asyncDispose]());

const query = 'subscription { deliveryUpdated { cursor delivery { id } } }';

async function publish(): Promise<string> {
  const { publishEvent } = await api.ask(
    'mutation { publishEvent(input: { type: "a.b", payload: {} }) { ... on Event { deliveries { nodes { id } } } } }',
  );
  return publishEvent.deliveries.nodes[0].id;
}

interface Stream extends AsyncDisposable {
  readonly headers: Headers;
  /** Reads the stream until it contains `text`. @returns everything received until then. */
  readUntil(text: string): Promise<string>;
}

async function open(lastEventId?: string, after?: string): Promise<Stream> {
  const leaving = new AbortController();
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await api.createKey('DELIVERIES_READ')}`,
      accept: 'text/event-stream',
      'content-type': 'application/json',
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
    body: JSON.stringify({
      query: query.replace('deliveryUpdated', after ? `deliveryUpdated(after: "${after}")` : 'deliveryUpdated'),
    }),
    signal: leaving.signal,
  });
  const chunks = response.body?.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  let all = '';
  return {
    headers: response.headers,
    async readUntil(text) {
      while (!all.includes(text)) {
        const { done, value } = (await chunks?.next()) ?? { done: true };
        if (done) throw new Error(`the stream ended: ${all}`);
        all += value;
      }
      return all;
    },
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await chunks?.return?.().catch(() => undefined);
    },
  };
}

const lastIdOf = (text: string) => [...text.matchAll(/^id: (.+)$/gm)].at(-1)?.[1];

describe('a subscription over server-sent events', () => {
  test('starts at once, with headers that keep proxies from buffering or storing it', async () => {
    await using stream = await open();
    expect(await stream.readUntil(':\n\n')).toMatch(/^id: \S+\n:\n\n$/);
    expect(stream.headers.get('x-accel-buffering')).toBe('no');
    expect(stream.headers.get('cache-control')).toContain('no-store');
    expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.headers.has('content-encoding')).toBe(false);
  });

  test('uses the feed cursor as event id, and continues after Last-Event-ID even if `after` is given', async () => {
    const ids: string[] = [];
    let last: string | undefined;
    {
      await using stream = await open();
      ids.push(await publish());
      const text = await stream.readUntil(ids[0] ?? '');
      last = lastIdOf(await stream.readUntil(`${text}`));
      expect(text).toContain(`event: next\nid: ${last}\ndata: {"data":{"deliveryUpdated":{"cursor":"${last}",`);
    }
    ids.push(await publish(), await publish());
    const { feedCursor } = await api.ask('{ feedCursor }');
    await using again = await open(last, feedCursor);
    const text = await again.readUntil(ids[2] ?? '');
    expect([...text.matchAll(/"id":"(dlv_\w+)"/g)].map(([, id]) => id)).toEqual(ids.slice(1));
  });

  test('can be resumed from its start if the stream breaks off before the first event', async () => {
    let last: string | undefined;
    {
      await using stream = await open();
      last = lastIdOf(await stream.readUntil(':\n\n'));
    }
    const id = await publish();
    await using again = await open(last);
    await again.readUntil(id);
  });

  test('returns BAD_USER_INPUT for a Last-Event-ID that is not a cursor', async () => {
    await using stream = await open('x');
    expect(await stream.readUntil('complete')).toContain('BAD_USER_INPUT');
  });

  test('treats an empty operation name as a missing one', async () => {
    const response = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${rootKey}`, accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'query A { viewer { tenant { name } } }', operationName: '' }),
    });
    expect(await response.text()).toMatch(
      /^:\n\nevent: next\ndata: \{"data":\{"viewer".*\n\nevent: complete\ndata:\n\n$/s,
    );
  });

  test('continues for a client that has shut down its half of the connection, and ends for one that has disconnected', async () => {
    const key = await api.createKey('DELIVERIES_READ');
    const head = `GET /graphql?query=${encodeURIComponent(query)} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\naccept: text/event-stream\r\n\r\n`;
    using connection = await openRawConnection(api.port);
    connection.socket.end(head);
    await expect.poll(connection.received).toContain(':\n\n');
    const id = await publish();
    await expect.poll(connection.received).toContain(id);
    connection.socket.destroy();
    // The key may have only one stream, so a new one succeeds once the first one has ended.
    const connectAgain = async () => {
      using next = await openRawConnection(api.port, head);
      await expect.poll(next.received).toContain('\n\n');
      return next.received();
    };
    await expect.poll(connectAgain).not.toContain('RATE_LIMITED');
  });
});
