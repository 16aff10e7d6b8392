import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { PayloadTooLargeError } from '../errors.ts';

/**
 * The body of a request, read to its end.
 *
 * @throws PayloadTooLargeError before more than `maxBytes` are held, or read at all where `content-length` says so; Error
 * where the client ends it early.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new PayloadTooLargeError('request', `A request must have at most ${maxBytes} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  let hasEnded = false;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        request.pause();
        chunks.length = 0;
        reject(tooLarge());
      } else {
        chunks.push(chunk);
      }
    });
    request.once('end', () => {
      hasEnded = true;
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    });
    request.once('error', reject);
    // Every request closes, and an error that nobody sees still takes its stack: 1.5 % of a list.
    request.once('close', () => {
      if (!hasEnded) reject(new Error('The request was not sent to its end.'));
    });
  });
}

/** Writes a response as fast as the client takes it. Ends early, and closes the body, where the client is gone. */
export async function writeResponse(from: Response, to: ServerResponse): Promise<void> {
  to.statusCode = from.status;
  from.headers.forEach((value, name) => {
    to.appendHeader(name, value);
  });
  if (!from.body) {
    to.end();
    return;
  }
  for await (const chunk of from.body as unknown as AsyncIterable<Uint8Array>) {
    if (to.closed) return;
    if (!to.write(chunk)) await Promise.race([once(to, 'drain'), once(to, 'close')]).catch(() => undefined);
  }
  to.end();
}

/** Answers with one GraphQL error and nothing else. */
export function writeError(error: GraphQLError, response: ServerResponse): void {
  const { http, ...extensions } = error.extensions;
  const status = http?.status ?? 400;
  if (status === 401) response.setHeader('www-authenticate', 'Bearer');
  for (const [name, value] of Object.entries(http?.headers ?? {})) response.setHeader(name, value);
  writeJson(response, status, { errors: [{ message: error.message, extensions }] });
}

export function writeJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
