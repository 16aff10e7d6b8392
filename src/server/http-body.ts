import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { PayloadTooLargeError } from '../errors.ts';
import type { Connection } from './connection-budget.ts';
import { refuse } from './operation-request.ts';

/** Counts what is held of requests that have not arrived as a whole. */
type ReceivingConnection = Pick<Connection, 'addReceived' | 'clearReceived'>;

const decoders = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/**
 * The body of a request, read to its end and decoded from the `content-encoding` gzip, deflate or br.
 *
 * @throws PayloadTooLargeError before more than `maxBytes` are held, coded or decoded, and before anything is read if
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
    throw refuse(415, 'The content-encoding of a request must be gzip, deflate or br.', {
      'accept-encoding': 'gzip, deflate, br',
    });
  }
  const decode = decoders[coding as keyof typeof decoders];
  const coded = await readBytes(request, maxBytes, connection);
  try {
    return await decode(coded, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw refuse(400, `The body is not valid ${coding}.`);
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
    // Every request closes, and an error that nobody sees still takes its stack: 1.5 % of a list.
    request.once('close', () => {
      connection?.clearReceived();
      if (!hasEnded) reject(new Error('The request was not sent to its end.'));
    });
  });
}

export function writeJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
