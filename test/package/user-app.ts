import { once } from 'node:events';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

const root = path.join(import.meta.dirname, '../..');

/** The script of a user's page, which shows the component of the guide with the server and the key in the page URL. */
const pageScript = `import { createRoot } from 'react-dom/client';
import { createClient } from 'livehook/client';
import { FailedDeliveries } from './failed-deliveries.jsx';

const { url, key: apiKey } = Object.fromEntries(new URLSearchParams(location.search));
const client = createClient({ url, apiKey });
createRoot(document.getElementById('app')).render(<FailedDeliveries client={client} />);
`;

/**
 * Bundles a page for browsers from an application in which the package is installed.
 *
 * @param component the source of failed-deliveries.jsx.
 * @returns the directory of the page.
 */
export async function buildPage(app: string, component: string): Promise<string> {
  for (const name of ['react', 'react-dom']) {
    await symlink(path.join(root, 'node_modules', name), path.join(app, 'node_modules', name));
  }
  await writeFile(path.join(app, 'failed-deliveries.jsx'), component);
  await writeFile(path.join(app, 'page.jsx'), pageScript);
  await writeFile(path.join(app, 'index.html'), '<div id="app"></div><script type="module" src="/page.jsx"></script>');
  const outDir = path.join(app, 'page');
  await build({ root: app, configFile: false, logLevel: 'error', plugins: [react()], build: { outDir } });
  return outDir;
}

/** Bundles and minifies a module that re-exports one function of the client. @returns the code. */
export async function bundleFunction(app: string, name: string): Promise<string> {
  const entry = path.join(app, `only-${name}.js`);
  await writeFile(entry, `export { ${name} } from 'livehook/client';\n`);
  const outDir = path.join(app, `only-${name}`);
  const lib = { entry, formats: ['es' as const], fileName: () => 'bundle.js' };
  await build({ root: app, configFile: false, logLevel: 'error', build: { outDir, lib, minify: true } });
  return readFile(path.join(outDir, 'bundle.js'), 'utf8');
}

/** Serves the files of a directory. Responds to POST with 204, or with 500 for /failing. */
export async function startSite(directory: string) {
  const server = createServer(async ({ method, url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://site');
    if (method === 'POST') return void response.writeHead(pathname === '/failing' ? 500 : 204).end();
    const name = pathname === '/' ? 'index.html' : pathname.slice(1);
    try {
      const content = await readFile(path.join(directory, name));
      response.setHeader('content-type', name.endsWith('.js') ? 'text/javascript' : 'text/html').end(content);
    } catch {
      // The browser requests an icon that the page does not have.
      response.writeHead(404).end();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
