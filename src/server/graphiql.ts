import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { compressFile, type MemoryFile, sendMemoryFile } from './memory-file.ts';

/** The path of the page's files. It is below the page itself, so that relative URLs work under any path of a proxy. */
export const graphiqlAssets = '/graphql/assets/';

/** The path of the browser build of graphql-ws, which the npm package contains. */
const websocketClientPath = path.join(
  path.dirname(createRequire(import.meta.url).resolve('graphql-ws')),
  '../umd/graphql-ws.min.js',
);

const options = {
  title: 'Livehook',
  defaultHeaders: JSON.stringify({ authorization: 'Bearer ' }, null, 2),
  defaultQuery: `# Put the key into the headers below, then watch deliveries as they happen:
subscription {
  deliveryUpdated {
    status
    previousStatus
    occurredAt
    delivery { id eventType attemptCount responseStatus endpoint { name } }
  }
}
`,
};

/** The page may hold a key, so it runs only its own scripts, connects only to this server, and cannot be framed. */
const securityHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    // Inline styles are allowed, because the editor inserts style elements.
    "style-src 'self' 'unsafe-inline'",
    "worker-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

interface Graphiql {
  readonly page: MemoryFile;
  /** The files of the page, by their path below `graphiqlAssets`. */
  readonly assets: ReadonlyMap<string, MemoryFile>;
}

let graphiql: Promise<Graphiql> | null = null;

/** Sends GraphiQL, a page that needs no file from another server. */
export async function sendGraphiql(request: IncomingMessage, response: ServerResponse): Promise<void> {
  graphiql ??= buildGraphiql();
  response.appendHeader('vary', 'accept');
  sendMemoryFile((await graphiql).page, securityHeaders, request, response);
}

/** Sends a file of the GraphiQL page. @returns false if there is no such file, and nothing was sent. */
export async function sendGraphiqlAsset(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  graphiql ??= buildGraphiql();
  const name = (request.url ?? '').split('?', 1)[0]?.slice(graphiqlAssets.length) ?? '';
  const file = (await graphiql).assets.get(name);
  if (file) sendMemoryFile(file, securityHeaders, request, response);
  return file !== undefined;
}

async function buildGraphiql(): Promise<Graphiql> {
  // Loaded on demand, because it takes 9 MB.
  const library = await import('@graphql-yoga/render-graphiql/graphiql');
  const assets = new Map<string, MemoryFile>();
  /** @returns the URL of the file, relative to the page. */
  const add = async (name: string, contentType: string, text: string) => {
    const file = await compressFile(contentType, text, true);
    const [stem, extension] = name.split('.');
    const fullName = `${stem}-${file.etag.slice(1, -1)}.${extension}`;
    assets.set(fullName, file);
    return `${graphiqlAssets.slice(1)}${fullName}`;
  };
  const addScript = (name: string, text: string) => add(name, 'text/javascript; charset=utf-8', text);
  const workers = {
    editorWorkerService: await addScript('editor-worker.js', library.editorWorkerService),
    json: await addScript('json-worker.js', library.jsonWorker),
    graphql: await addScript('graphql-worker.js', library.graphqlWorker),
  };
  const websocketClient = await readFile(websocketClientPath, 'utf8');
  const pageScript = await readFile(path.join(import.meta.dirname, 'graphiql-page.js'), 'utf8');
  const script = await addScript(
    'graphiql.js',
    `const workerUrls = ${JSON.stringify(workers)};
self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_module, label) => workerUrls[label] };
${library.js};
${websocketClient};
const graphiqlOptions = ${JSON.stringify(options)};
${pageScript}`,
  );
  const style = await add('graphiql.css', 'text/css; charset=utf-8', library.css);
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${options.title}</title>
<link rel="icon" href="favicon.svg">
<link rel="stylesheet" href="${style}">
</head>
<body class="no-focus-outline">
<div id="root"></div>
<script src="${script}"></script>
</body>
</html>
`;
  return { page: await compressFile('text/html; charset=utf-8', page, false), assets };
}
