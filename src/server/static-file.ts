import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { chooseEncoding } from './accept.ts';

/** A file in the forms it can be sent in. */
export interface StaticFile {
  readonly contentType: string;
  readonly etag: string;
  /** Its name holds a hash of its content. */
  readonly immutable: boolean;
  readonly plain: Buffer;
  readonly br: Buffer | null;
  readonly gzip: Buffer | null;
}

export function createEtag(content: Buffer): string {
  return `"${hash('sha256', content, 'base64url').slice(0, 22)}"`;
}

/**
 * Sends a file, compressed if the client takes it, or 304 if it has it. An immutable file is kept for a year, any other
 * is asked for each time.
 */
export function sendFile(
  file: StaticFile,
  ownHeaders: Readonly<Record<string, string>>,
  { method, headers }: IncomingMessage,
  response: ServerResponse,
): void {
  for (const [name, value] of Object.entries(ownHeaders)) response.setHeader(name, value);
  response.setHeader('etag', file.etag);
  response.appendHeader('vary', 'accept-encoding');
  response.setHeader('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (headers['if-none-match']?.includes(file.etag)) return void response.writeHead(304).end();
  const available = (['br', 'gzip'] as const).filter(name => file[name]);
  const encoding = chooseEncoding(headers['accept-encoding'], available);
  const body = (encoding && file[encoding]) ?? file.plain;
  response
    .writeHead(200, {
      'content-type': file.contentType,
      'content-length': body.length,
      ...(encoding && { 'content-encoding': encoding }),
    })
    .end(method === 'HEAD' ? undefined : body);
}
