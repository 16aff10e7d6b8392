import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { PayloadTooLargeError } from '../errors.ts';
import type { Connection } from './connection-budget.ts';
import { createRequestError } from './operation-request.ts';
import type { RequestBytes, Requester } from './request-bytes.ts';

/** The part of a connection that counts the received bytes of an incomplete request. */
type ReceivingConnection = Pick<Connection, 'addReceived' | 'clearReceived'>;

const decoders = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

interface BodyOptions {
  readonly maxBytes: number;
  readonly connection: ReceivingConnection | null;
  /** The tenant or portal token whose limit counts the body until the response is closed. */
  readonly requester: Requester;
  readonly response: ServerResponse;
  readonly requestBytes: RequestBytes;
}

/**
 * Reads the body of a request to its end and decodes the `content-encoding` gzip, deflate or br.
 *
 * @throws PayloadTooLargeError before more than `maxBytes` are held, encoded or decoded, and before anything is read if
 * `content-length` is larger; RateLimitedError if the tenant has too many bytes of requests in progress; GraphQLError
 * (415) for another coding; GraphQLError (400) if the body cannot be decoded; Error if the client ends it early.
 */
export async function readBody(request: IncomingMessage, options: BodyOptions): Promise<Buffer> {
  const { maxBytes, connection, requester, response, requestBytes } = options;
  const coding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase() || 'identity';
  if (coding !== 'identity' && !Object.hasOwn(decoders, coding)) {
    throw createRequestError(415, 'The content-encoding of a request must be gzip, deflate or br.', {
      'accept-encoding': 'gzip, deflate, br',
    });
  }
  const body = await readBytes(request, maxBytes, connection);
  if (coding === 'identity') {
    requestBytes.holdUntilClosed(response, requester, body.length);
    return body;
  }
  let decoded: Buffer;
  {
    using _coded = requestBytes.hold(requester, body.length);
    using _turn = await requestBytes.acquireDecoding(requester.tenantId);
    decoded = await decode(body, coding as keyof typeof decoders, maxBytes);
  }
  requestBytes.holdUntilClosed(response, requester, decoded.length);
  return decoded;
}

async function decode(body: Buffer, coding: keyof typeof decoders, maxBytes: number): Promise<Buffer> {
  try {
    return await decoders[coding](body, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw createRequestError(400, `The body is not valid ${coding}.`);
  }
}

/** The number of chunks of a body that are joined into one buffer. */
const joinedChunks = 1024;

function tooLarge(maxBytes: number): PayloadTooLargeError {
  return new PayloadTooLargeError('request', `A request must have at most ${maxBytes} bytes.`);
}

/**
 * Reads the body of a request to its end, without decoding it. Chunks are joined as they arrive, because a chunk of a
 * single byte takes a hundred bytes of memory.
 *
 * @throws PayloadTooLargeError before more than `maxBytes` are held; Error if the client ends the body early.
 */
export async function readBytes(
  request: IncomingMessage,
  maxBytes: number,
  connection: ReceivingConnection | null,
): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const joined: Buffer[] = [];
  const chunks: Buffer[] = [];
  let bytes = 0;
  let hasEnded = false;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      connection?.addReceived(chunk.length);
      if (bytes > maxBytes) {
        request.pause();
        joined.length = 0;
        chunks.length = 0;
        reject(tooLarge(maxBytes));
      } else if (chunks.push(chunk) === joinedChunks) {
        joined.push(Buffer.concat(chunks.splice(0)));
      }
    });
    request.once('end', () => {
      hasEnded = true;
      connection?.clearReceived();
      const parts = [...joined, ...chunks];
      resolve(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts));
    });
    request.once('error', reject);
    // The error is created only if it is needed, because its stack trace takes 1.5% of the time of a list query.
    request.once('close', () => {
      connection?.clearReceived();
      if (!hasEnded) reject(new Error('The client closed the connection before the request was complete.'));
    });
  });
}

export function writeJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
