import { readdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import send from 'send';
import { chooseEncoding } from './accept.ts';

type Encoding = 'br' | 'gzip';

/** A file of the built dashboard. */
export interface BuiltFile {
  readonly contentType: string;
  /** The path relative to the directory of the build. */
  readonly name: string;
  /** The encodings for which the build contains a compressed file. */
  readonly encodings: readonly Encoding[];
}

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};
const suffixes: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' };
const contentHeaders = ['content-encoding', 'content-length', 'content-type', 'etag', 'cache-control'];

/** The scripts, styles, images and JSON files of a directory, by their path in a URL. */
export async function listBuiltFiles(directory: string): Promise<ReadonlyMap<string, BuiltFile>> {
  const names = await readdir(directory, { recursive: true });
  const known = new Set(names);
  return new Map(
    names.flatMap(name => {
      const contentType = contentTypes[path.extname(name)];
      if (contentType === undefined) return [];
      const encodings = (['br', 'gzip'] as const).filter(encoding => known.has(name + suffixes[encoding]));
      const urlPath = name.split(path.sep).join('/');
      return [[`/${urlPath}`, { contentType, name: urlPath, encodings }] as const];
    }),
  );
}

/**
 * The largest number of files that are sent at once. A further file ends the oldest response, whose client has most
 * likely stalled.
 */
export const maxOpenFiles = 128;

type SendBuiltFile = (
  file: BuiltFile,
  ownHeaders: Readonly<Record<string, string>>,
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<boolean>;

/**
 * Sends files of a build, compressed if the client accepts it, or answers 304 if the client has the file. The file is
 * closed with the response, also if the client disconnects. Files below `assets` have a hash in their name and are
 * cached for a year. Any other file is revalidated each time.
 *
 * The returned function resolves to false if the file no longer exists and nothing was sent. Otherwise it resolves to
 * true when the response is closed. It throws the file system's error if nothing was sent.
 */
export function createFileSender(directory: string): SendBuiltFile {
  const open = new Set<ServerResponse>();
  return (file, ownHeaders, request, response) => {
    if (response.destroyed) return Promise.resolve(true);
    open.add(response);
    const [oldest] = open;
    if (open.size > maxOpenFiles) oldest?.destroy();
    response.once('close', () => open.delete(response));
    const name = prepareHeaders(file, ownHeaders, request, response);
    return streamFile(directory, name, request, response);
  };
}

/** Sets the headers for a file. @returns the name of the file in the encoding that the client accepts. */
function prepareHeaders(
  file: BuiltFile,
  ownHeaders: Readonly<Record<string, string>>,
  request: IncomingMessage,
  response: ServerResponse,
): string {
  const encoding = chooseEncoding(request.headers['accept-encoding'], file.encodings);
  const isImmutable = file.name.startsWith('assets/');
  for (const [name, value] of Object.entries(ownHeaders)) response.setHeader(name, value);
  response.setHeader('cache-control', isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.setHeader('content-type', file.contentType);
  response.appendHeader('vary', 'accept-encoding');
  if (encoding) response.setHeader('content-encoding', encoding);
  return encoding ? file.name + suffixes[encoding] : file.name;
}

function streamFile(
  directory: string,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const options = { root: directory, index: false, acceptRanges: false, cacheControl: false, lastModified: false };
  return new Promise((resolve, reject) => {
    response.once('close', () => resolve(true));
    send(request, encodeURI(name), options)
      .on('error', (error: Error & { status?: number }) => {
        if (response.headersSent) return void response.destroy();
        for (const header of contentHeaders) response.removeHeader(header);
        if (error.status === 412) response.writeHead(412).end();
        else if (error.status === 404) resolve(false);
        else reject(error);
      })
      .pipe(response);
  });
}
