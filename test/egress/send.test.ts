import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Behaviour,
  close,
  dripBody,
  dripHeaders,
  flood,
  gzipBomb,
  hang,
  hugeBody,
  informationalForever,
  raw,
  reset,
  respond,
} from '../fixtures/behaviours.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { expectFailure, expectResponse, openSend, type SendFixture } from './send-fixture.ts';

let fixture: SendFixture;
let receiver: Receiver;

beforeAll(async () => {
  fixture = openSend();
  receiver = await startReceiver();
});

afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

describe('an outgoing request', () => {
  test('is sent with its method, path, headers in order, and body byte for byte', async () => {
    await using own = await startReceiver();
    const body = Buffer.from('{"big":12345678901234567890, "b":1}\u2028');
    await fixture.post(`${own.url}/hooks/%7Ba%7D?x=1`, {
      method: 'PUT',
      headers: [
        ['webhook-id', 'evt_1'],
        ['X-Custom', 'caf\u00e9'],
      ],
      body,
    });
    const seen = await own.next();
    expect(seen).toMatchObject({ method: 'PUT', url: '/hooks/%7Ba%7D?x=1' });
    expect(seen.body.equals(body)).toBe(true);
    expect(seen.rawHeaders.slice(4)).toEqual([
      'webhook-id',
      'evt_1',
      'X-Custom',
      'caf\u00e9',
      'content-length',
      String(body.length),
    ]);
    expect(seen.headers.host).toBe(`127.0.0.1:${own.port}`);
  });

  test('reuses the connection after 200, 204, 205, 299 and a body that was read to its end', async () => {
    await using own = await startReceiver([200, 204, 205, 299].map(status => respond(status)));
    const outcomes = [];
    for (let i = 0; i < 4; i += 1) {
      outcomes.push(expectResponse(await fixture.post(own.url)));
      // undici makes a connection available again only in the event loop turn after its response has ended.
      await setImmediate();
    }
    expect(outcomes.map(outcome => outcome.status)).toEqual([200, 204, 205, 299]);
    expect(own.connections).toBe(1);
    expect(outcomes[0]?.timings.connectMs).toBeGreaterThanOrEqual(0);
    expect(outcomes[1]?.timings).toMatchObject({ dnsMs: null, connectMs: null, tlsMs: null });
    expect(outcomes[1]?.timings.firstByteMs).toBeGreaterThanOrEqual(0);
  });

  test('is never repeated, and its redirect is not followed', async () => {
    await using canary = await startReceiver();
    for (const status of [300, 301, 302, 303, 304, 305, 307, 308]) {
      receiver.play(respond(status, { headers: { location: `${canary.url}/` } }));
      expect(expectResponse(await fixture.post(receiver.url)).status).toBe(status);
    }
    expect(canary.connections).toBe(0);
  });

  test('fails the attempt if its URL cannot be parsed', async () => {
    const failure = expectFailure(await fixture.post('http://[::1'));
    expect(failure).toMatchObject({ code: 'PROTOCOL', requestSent: false, isPermanent: true });
  });

  test('makes send throw if a header is invalid, because an earlier check should have rejected the header', async () => {
    await expect(fixture.post(receiver.url, { headers: [['x-a', 'b\r\nc']] })).rejects.toThrow('invalid x-a header');
  });
});

describe('the response of a receiver', () => {
  test('is returned with its headers in order, also repeated ones', async () => {
    receiver.play(
      raw('HTTP/1.1 503 Busy\r\nX-B: 1\r\nx-a: \xe9\r\nX-b: 2\r\nRetry-After: 120\r\ncontent-length: 0\r\n\r\n'),
    );
    const { headers, status, retryAfter } = expectResponse(await fixture.post(receiver.url));
    expect(status).toBe(503);
    expect(headers.slice(0, 3).map(header => header.name)).toEqual(['X-B', 'x-a', 'X-b']);
    expect(retryAfter).toBe('120');
  });

  test('has no Retry-After value if it has the header twice', async () => {
    receiver.play(raw('HTTP/1.1 429 Slow\r\nretry-after: 1\r\nRetry-After: 2\r\ncontent-length: 0\r\n\r\n'));
    expect(expectResponse(await fixture.post(receiver.url)).retryAfter).toBeNull();
  });

  test.each([
    ['invalid UTF-8', Buffer.from([0xff, 0xfe, 0x80])],
    ['NUL bytes', Buffer.from('a\0b')],
    ['UTF-16', Buffer.from('\ufeffhello', 'utf16le')],
  ])('is returned with its body unchanged if that contains %s', async (_what, body) => {
    receiver.play(respond(200, { body }));
    expect(expectResponse(await fixture.post(receiver.url)).body.equals(body)).toBe(true);
  });

  test('is complete if its body has exactly the maximum size, and truncated if it has one byte more', async () => {
    await using small = openSend({ maxResponseBytes: 100 });
    receiver.play([hugeBody(100), hugeBody(101)]);
    expect(expectResponse(await small.post(receiver.url))).toMatchObject({ bodyTruncated: false });
    const cut = expectResponse(await small.post(receiver.url));
    expect(cut).toMatchObject({ status: 200, bodyTruncated: true });
    expect(cut.body).toHaveLength(100);
  });

  test('is read up to the limit if its body has a gigabyte, and the connection is destroyed', async () => {
    await using own = await startReceiver(hugeBody(1e9));
    const outcome = expectResponse(await fixture.post(own.url));
    expect(outcome).toMatchObject({ status: 200, bodyTruncated: true });
    expect(outcome.body).toHaveLength(65_536);
    await expect.poll(() => own.openConnections).toBe(0);
  });

  test('is not decompressed', async () => {
    receiver.play(gzipBomb(10_000_000));
    const outcome = expectResponse(await fixture.post(receiver.url));
    expect(outcome.body.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
    expect(outcome.body.length).toBeLessThan(20_000);
  });
});

describe('the deadline of an attempt', () => {
  const timeoutMs = 1_500;

  test.concurrent.each([
    ['never answers', hang()],
    ['drips headers', dripHeaders()],
    ['sends 1xx for ever', informationalForever()],
  ])('ends the request to a receiver that %s', async (_what, behaviour) => {
    await using own = await startReceiver(behaviour);
    const failure = expectFailure(await fixture.post(own.url, { timeoutMs }));
    expect(failure).toMatchObject({ code: 'TIMEOUT', requestSent: true, message: 'No response within 1500 ms' });
    expect(failure.durationMs).toBeGreaterThanOrEqual(timeoutMs - 1);
    expect(failure.durationMs).toBeLessThan(8 * timeoutMs);
  });

  test('keeps the status of a receiver that sends its body too slowly', async () => {
    const receiveDrips = async (status: number) => {
      await using own = await startReceiver(dripBody(status));
      const outcome = expectResponse(await fixture.post(own.url, { timeoutMs }));
      expect(outcome).toMatchObject({ status, bodyTruncated: true });
      expect(outcome.body.toString()).toMatch(/^\.+$/);
      await expect.poll(() => own.openConnections).toBe(0);
    };
    await Promise.all([200, 500].map(receiveDrips));
  });
});

describe('a connection to a receiver', () => {
  test.each([
    ['a RST', reset()],
    ['a FIN without a response', close()],
  ])('fails the attempt if it is ended by %s', async (_what, behaviour) => {
    receiver.play(behaviour);
    const failure = expectFailure(await fixture.post(receiver.url));
    expect(failure.code).toBe('CONNECTION_RESET');
    expect(failure.requestSent).toBe(true);
  });

  test('fails the attempt with CONNECTION_REFUSED if it is refused', async () => {
    const gone = await startReceiver();
    await gone[Symbol.asyncDispose]();
    const failure = expectFailure(await fixture.post(gone.url));
    expect(failure).toMatchObject({ code: 'CONNECTION_REFUSED', requestSent: false });
    expect(failure.message).toContain('ECONNREFUSED');
  });
});

describe('a response whose body is incomplete still counts with its status', () => {
  const chunked = 'transfer-encoding: chunked\r\n\r\n5\r\nhe';
  const short = 'content-length: 100\r\n\r\nhe';
  const breakOff =
    (head: string, isReset: boolean): Behaviour =>
    (_request, _response, socket) =>
      void socket.write(`HTTP/1.1 ${head}`, () => (isReset ? socket.resetAndDestroy() : socket.end()));

  test.each([
    ['a chunked body that ends with a FIN', 200, chunked, false],
    ['a chunked body that ends with a RST', 200, chunked, true],
    ['a body shorter than its content-length that ends with a FIN', 206, short, false],
    ['a body shorter than its content-length that ends with a RST', 200, short, true],
    ['an incomplete body with an error status', 410, short, false],
  ])('if it has %s', async (_what, status, rest, isReset) => {
    receiver.play(breakOff(`${status} X\r\nretry-after: 7\r\n${rest}`, isReset));
    const outcome = expectResponse(await fixture.post(receiver.url));
    expect(outcome).toMatchObject({ status, bodyTruncated: true, retryAfter: '7', isResent: false });
    if (!isReset) expect(outcome.body.toString()).toBe('he');
  });

  test.each([204, 304])('a %i response with a content-length has no body, and is complete', async status => {
    receiver.play(raw(`HTTP/1.1 ${status} X\r\ncontent-length: 5\r\n\r\n`));
    expect(expectResponse(await fixture.post(receiver.url))).toMatchObject({ status, bodyTruncated: false });
  });

  test('a request on a kept-alive connection is not sent again after a 200 with an incomplete body', async () => {
    await using own = await startReceiver([respond(200), breakOff(`200 OK\r\n${short}`, false)]);
    await fixture.post(own.url);
    await setImmediate();
    expect(expectResponse(await fixture.post(own.url))).toMatchObject({ bodyTruncated: true, isResent: false });
    expect(own.requests).toHaveLength(2);
  });
});

describe('send skips interim responses (1xx) before the final response', () => {
  const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
  const proceed = 'HTTP/1.1 100 Continue\r\n\r\n';
  const early = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n';

  test.each([
    ['one 100', proceed + ok],
    ['one 100 with headers', `HTTP/1.1 100 Continue\r\nx-a: 1\r\n\r\n${ok}`],
    ['several of different kinds', proceed + early + proceed + ok],
    ['one after an empty line', `\r\n${proceed}\r\n${ok}`],
  ])('if the receiver sends %s', async (_what, bytes) => {
    receiver.play(raw(bytes));
    const outcome = expectResponse(await fixture.post(receiver.url));
    expect(outcome).toMatchObject({ status: 200, bodyTruncated: false });
    expect(outcome.body.toString()).toBe('ok');
  });

  test('if they arrive one byte at a time', async () => {
    receiver.play(async (_request, _response, socket) => {
      socket.setNoDelay(true);
      for (const byte of proceed + ok) {
        socket.write(byte);
        await setImmediate();
      }
    });
    expect(expectResponse(await fixture.post(receiver.url)).body.toString()).toBe('ok');
  });

  test('except for the same bytes in the body of a response', async () => {
    const body = proceed.repeat(3);
    receiver.play((_request, _response, socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`, () => socket.end(body));
    });
    expect(expectResponse(await fixture.post(receiver.url)).body.toString()).toBe(body);
  });

  test('on each request of a kept-alive connection', async () => {
    await using own = await startReceiver(raw(proceed + ok, { keepOpen: true }));
    for (let i = 0; i < 3; i += 1) {
      expect(expectResponse(await fixture.post(own.url)).status).toBe(200);
      await setImmediate();
    }
    expect(own.connections).toBe(1);
  });
});

describe('a request on a kept-alive connection that the receiver closes', () => {
  test.each([
    ['with a RST', reset()],
    ['with a FIN', close()],
  ])(
    'is sent again on a new connection, once, if the receiver closed it %s before any byte of a response',
    async (_how, end) => {
      await using own = await startReceiver([respond(200), end, respond(201), end, end]);
      expect(expectResponse(await fixture.post(own.url)).isResent).toBe(false);
      await setImmediate();
      expect(expectResponse(await fixture.post(own.url))).toMatchObject({ status: 201, isResent: true });
      expect(own.connections).toBe(2);
      expect(own.requests.map(request => request.body.toString())).toEqual(['{}', '{}', '{}']);
      // The next request needs a new connection. A connection that was opened for a request cannot be stale, so the
      // request is not sent again.
      const failure = expectFailure(await fixture.post(own.url));
      expect(failure).toMatchObject({ code: 'CONNECTION_RESET', isResent: false, requestSent: true });
    },
  );

  test('fails without being sent again if the receiver closed it after the first byte of the response', async () => {
    await using own = await startReceiver([respond(200), raw('HT')]);
    await fixture.post(own.url);
    await setImmediate();
    expect(expectFailure(await fixture.post(own.url))).toMatchObject({ code: 'CONNECTION_RESET', isResent: false });
    expect(own.requests).toHaveLength(2);
  });

  test('fails with the note that the request was sent again if the receiver closes the new connection too', async () => {
    const own = await startReceiver([respond(200), hang()]);
    await fixture.post(own.url);
    await setImmediate();
    const sending = fixture.post(own.url);
    await own.waitFor(2);
    await own[Symbol.asyncDispose]();
    expect(expectFailure(await sending)).toMatchObject({
      code: 'CONNECTION_REFUSED',
      requestSent: true,
      isResent: true,
    });
  });
});

describe('send stops reading long before the timeout if a receiver sends without end', () => {
  const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
  const timeoutMs = 60_000;

  test.each([
    ['interim responses', '', 'HTTP/1.1 103 \r\n\r\n', 'More than 65536 bytes of interim responses'],
    ['empty lines', '', '\r\n', 'More than 65536 bytes of interim responses'],
    ['one header', 'HTTP/1.1 200 OK\r\na: ', 'a', 'The response headers are larger than 16 KiB'],
  ])('for example %s', async (_what, head, piece, message) => {
    receiver.play(flood(head, piece));
    const failure = expectFailure(await fixture.post(receiver.url, { timeoutMs }));
    expect(failure).toMatchObject({ code: 'PROTOCOL', requestSent: true });
    expect(failure.message).toContain(message);
    receiver.play(respond(200));
    expect(expectResponse(await fixture.post(receiver.url)).status).toBe(200);
  });

  test.each([
    ['one chunk extension', `${chunked}1;`, 'a'],
    ['chunk extensions', chunked, `1;${'a'.repeat(10_000)}\r\nx\r\n`],
    ['trailers', `${chunked}2\r\nok\r\n0\r\n`, 'a: b\r\n'],
  ])('for example endless %s after a status, which is returned as the response', async (_what, head, piece) => {
    receiver.play(flood(head, piece));
    const outcome = expectResponse(await fixture.post(receiver.url, { timeoutMs }));
    expect(outcome).toMatchObject({ status: 200, bodyTruncated: true });
    receiver.play(respond(200));
    expect(expectResponse(await fixture.post(receiver.url)).status).toBe(200);
  });

  test('after 5,120 chunks of one byte', async () => {
    receiver.play(flood(chunked, '1\r\nx\r\n'));
    const outcome = expectResponse(await fixture.post(receiver.url, { timeoutMs }));
    expect(outcome).toMatchObject({ status: 200, bodyTruncated: true });
    expect(outcome.body.toString()).toBe('x'.repeat(5_121));
  });

  test('unless the response ends after 5,000 chunks', async () => {
    const letters = Array.from({ length: 5_000 }, (_, index) => String.fromCharCode(97 + (index % 26))).join('');
    receiver.play(raw(`${chunked}${letters.replace(/./g, '1\r\n$&\r\n')}0\r\n\r\n`));
    const outcome = expectResponse(await fixture.post(receiver.url, { timeoutMs }));
    expect(outcome.bodyTruncated).toBe(false);
    expect(outcome.body.toString()).toBe(letters);
  });
});

describe('a response that is not HTTP', () => {
  const ok = 'HTTP/1.1 200 OK\r\n';
  test.each([
    ['broken chunking', `${ok}transfer-encoding: chunked\r\n\r\nxyz\r\nhello`],
    [
      'both Content-Length and Transfer-Encoding',
      `${ok}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['bare line feeds', 'HTTP/1.1 200 OK\nx-a: 1\n\n'],
    ['10,000 short headers', `${ok}${'a: b\r\n'.repeat(10_000)}content-length: 0\r\n\r\n`],
    ['100 kB of headers', `${ok}x-a: ${'a'.repeat(100_000)}\r\n\r\n`],
    ['the status 99', 'HTTP/1.1 99 No\r\ncontent-length: 0\r\n\r\n'],
    ['the status 100 and no more', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['the status 101', 'HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
    ['the status 600', 'HTTP/1.1 600 No\r\ncontent-length: 0\r\n\r\n'],
    ['the status 999', 'HTTP/1.1 999 No\r\ncontent-length: 0\r\n\r\n'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['the status 000', `HTTP/1.1 000 No\r\ncontent-length: 0\r\n\r\n`],
    ['the status 042 and no more', 'HTTP/1.0 042 No\r\nconnection: close\r\n\r\n'],
    ['the status 101 without an upgrade', 'HTTP/1.1 101 Switching\r\ncontent-length: 0\r\n\r\n'],
    ['the status 099 after an interim response', 'HTTP/1.1 103 Early Hints\r\n\r\n\r\nHTTP/1.1 099 No\r\n\r\n'],
    ['two lengths that differ', `${ok}content-length: 2\r\ncontent-length: 3\r\n\r\nok`],
    ['a length with a sign', `${ok}content-length: +2\r\n\r\nok`],
    ['an invalid header after the length', `${ok}content-length: 2\r\nx y: 1\r\n\r\nok`],
    ['headers that end too early', `${ok}content-length: 2\r\n`],
  ])('fails the attempt: %s', async (_what, bytes) => {
    receiver.play(raw(bytes));
    const failure = expectFailure(await fixture.post(receiver.url));
    const isCutOff = bytes.startsWith('HTTP/1.1 100') || bytes.endsWith('content-length: 2\r\n');
    expect(failure).toMatchObject({ code: isCutOff ? 'CONNECTION_RESET' : 'PROTOCOL', requestSent: true });
    receiver.play(respond(200));
    expect(expectResponse(await fixture.post(receiver.url)).status).toBe(200);
  });
});

describe('an abort of send', () => {
  test('leaves the outcome of a request in flight unknown, and closes its connection', async () => {
    await using own = await startReceiver(hang());
    const controller = new AbortController();
    const sending = fixture.post(own.url, {}, controller.signal);
    await own.next();
    controller.abort();
    expect(await sending).toEqual({ kind: 'aborted', requestWritten: true });
    await expect.poll(() => own.openConnections).toBe(0);
  });

  test('reports that no request was sent if nothing was written yet', async () => {
    await using own = await startReceiver();
    expect(await fixture.post(own.url, {}, AbortSignal.abort())).toEqual({ kind: 'aborted', requestWritten: false });
    expect(own.connections).toBe(0);
  });

  test('happens to all requests in flight when the connections are closed, and closing them twice is allowed', async () => {
    await using own = await startReceiver(hang());
    const other = openSend();
    const sending = other.post(own.url);
    await own.next();
    await other[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
    expect(await sending).toEqual({ kind: 'aborted', requestWritten: true });
    expect(await other.post(own.url)).toEqual({ kind: 'aborted', requestWritten: false });
  });
});
