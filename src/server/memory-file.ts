import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { chooseEncoding } from './accept.ts';

/** A file that the server generates, in each encoding in which it can be sent. */
export interface MemoryFile {
  readonly contentType: string;
  readonly etag: string;
  /** Whether clients may cache the file for a year, because its name contains a hash of its content. */
  readonly immutable: boolean;
  readonly plain: Buffer;
  readonly br: Buffer;
  readonly gzip: Buffer;
}

export async function compressFile(contentType: string, text: string, immutable: boolean): Promise<MemoryFile> {
  const plain = Buffer.from(text);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
  const [br, gzipped] = await Promise.all([promisify(brotliCompress)(plain, quality), promisify(gzip)(plain)]);
  const etag = `"${hash('sha256', plain, 'base64url').slice(0, 22)}"`;
  return { contentType, etag, immutable, plain, br, gzip: gzipped };
}

/**
 * Sends a file, compressed if the client accepts it, or 304 if the client has it. An immutable file is cached for a
 * year, any other is revalidated each time.
 */
export function sendMemoryFile(
  file: MemoryFile,
  ownHeaders: Readonly<Record<string, string>>,
  { method, headers }: IncomingMessage,
  response: ServerResponse,
): void {
  for (const [name, value] of Object.entries(ownHeaders)) response.setHeader(name, value);
  response.setHeader('etag', file.etag);
  response.appendHeader('vary', 'accept-encoding');
  response.setHeader('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (headers['if-none-match']?.includes(file.etag)) return void response.writeHead(304).end();
  const encoding = chooseEncoding(headers['accept-encoding'], ['br', 'gzip'] as const);
  const body = file[encoding ?? 'plain'];
  response
    .writeHead(200, {
      'content-type': file.contentType,
      'content-length': body.length,
      ...(encoding && { 'content-encoding': encoding }),
    })
    .end(method === 'HEAD' ? undefined : body);
}
