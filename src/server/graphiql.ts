import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { chooseEncoding } from './accept.ts';

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

let page: Promise<{ readonly plain: Buffer; readonly gzipped: Buffer }> | null = null;

/** Sends GraphiQL: one page that needs nothing from elsewhere, so it works without the internet. */
export async function sendGraphiql({ headers }: IncomingMessage, response: ServerResponse): Promise<void> {
  page ??= renderPage();
  const { plain, gzipped } = await page;
  const zipped = chooseEncoding(headers['accept-encoding'], ['gzip']) !== null;
  response
    .writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      vary: 'accept, accept-encoding',
      // Another site must not lead its visitors' clicks here: the page may hold a key.
      'x-frame-options': 'DENY',
      ...(zipped && { 'content-encoding': 'gzip' }),
    })
    .end(zipped ? gzipped : plain);
}

async function renderPage() {
  // 9 MB that only those need who open the page.
  const assets = await import('@graphql-yoga/render-graphiql/graphiql');
  const script = await readFile(path.join(import.meta.dirname, 'graphiql-page.js'), 'utf8');
  const plain = Buffer.from(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${options.title}</title>
<link rel="icon" href="${assets.favicon}">
<style>${assets.css}</style>
</head>
<body class="no-focus-outline">
<div id="root"></div>
<script>
const workerSources = {
  editorWorkerService: ${toScript(assets.editorWorkerService)},
  json: ${toScript(assets.jsonWorker)},
  graphql: ${toScript(assets.graphqlWorker)},
};
self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_module, label) =>
    URL.createObjectURL(new Blob([workerSources[label]], { type: 'application/javascript' })),
};
${assets.js};
const graphiqlOptions = ${toScript(options)};
${script}
</script>
</body>
</html>
`);
  return { plain, gzipped: await promisify(gzip)(plain) };
}

/** A value as JavaScript that no HTML parser sees an end of script in. */
function toScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('</', '<\\/');
}
