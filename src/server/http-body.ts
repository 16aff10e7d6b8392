import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { PayloadTooLargeError } from '../errors.ts';
import type { Connection } from './connection-budget.ts';
import { createRequestError } from './operation-request.ts';

/** Counts the received bytes of incomplete requests. */
type ReceivingConnection = Pick<Connection, 'addReceived' | 'clearReceived'>;

const decoders = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/**
 * Reads the body of a request to its end and decodes the `content-encoding` gzip, deflate or br.
 *
 * @throws PayloadTooLargeError before more than `maxBytes` are held, encoded or decoded, and before anything is read if
 * `content-length` is larger; GraphQLError (415) for another coding; GraphQLError (400) if the body cannot be decoded;
 * Error if the client ends it early.
 */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
  connection: ReceivingConnection | null,
): Promise<Buffer> {
  const coding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase() || 'identity';
  if (coding === 'identity') return readBytes(request, maxBytes, connection);
  if (!Object.hasOwn(decoders, coding)) {
    throw createRequestError(415, 'The content-encoding of a request must be gzip, deflate or br.', {
      'accept-encoding': 'gzip, deflate, br',
    });
  }
  const decode = decoders[coding as keyof typeof decoders];
  const coded = await readBytes(request, maxBytes, connection);
  try {
    return await decode(coded, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw createRequestError(400, `The body is not valid ${coding}.`);
  }
}

function tooLarge(maxBytes: number): PayloadTooLargeError {
  return new PayloadTooLargeError('request', `A request must have at most ${maxBytes} bytes.`);
}

async function readBytes(
  request: IncomingMessage,
  maxBytes: number,
  connection: ReceivingConnection | null,
): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let bytes = 0;
  let hasEnded = false;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      connection?.addReceived(chunk.length);
      if (bytes > maxBytes) {
        request.pause();
        chunks.length = 0;
        reject(tooLarge(maxBytes));
      } else {
        chunks.push(chunk);
      }
    });
    request.once('end', () => {
      hasEnded = true;
      connection?.clearReceived();
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    });
    request.once('error', reject);
    // Creates the error only if it is needed: every request closes, and the stack trace alone takes 1.5% of a list
    // query.
    request.once('close', () => {
      connection?.clearReceived();
      if (!hasEnded) reject(new Error('The request was not sent to its end.'));
    });
  });
}

export function writeJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
