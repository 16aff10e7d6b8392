import { once } from 'node:events';
import { mkdir, readdir, readFile, readlink, rm, utimes, writeFile } from 'node:fs/promises';
import { request as ask, createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { maxOpenFiles } from '../../src/server/built-file.ts';
import { createDashboard } from '../../src/server/dashboard.ts';
import { makeTestDirectory } from '../fixtures/run-directory.ts';

const page = '<!doctype html><title>Livehook</title>';
/** The size of a file that is larger than the buffers of both ends of a connection. */
const largeBytes = 32 << 20;
const script = 'console.log("dashboard");'.repeat(100);

let directory: string;
let port: number;
const server = createServer(async (request, response) => {
  if (!(await serve(request, response))) response.writeHead(404).end();
});
let serve: ReturnType<typeof createDashboard>;

beforeAll(async () => {
  directory = await makeTestDirectory('dashboard');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => void server.close());

describe('a server without a build of the dashboard', () => {
  test('returns instructions for building it, and serves the build once it exists', async () => {
    serve = createDashboard({}, path.join(directory, 'dashboard'));
    const missing = await get('/', { accept: 'text/html' });
    expect(missing.status).toBe(503);
    expect(missing.body.toString()).toContain('npm run build');

    await mkdir(path.join(directory, 'dashboard/assets'), { recursive: true });
    await writeFile(path.join(directory, 'dashboard/index.html'), page);
    await writeFile(path.join(directory, 'dashboard/assets/main-a1b2.js'), script);
    await writeFile(path.join(directory, 'dashboard/assets/main-a1b2.js.br'), brotliCompressSync(script));
    await writeFile(path.join(directory, 'dashboard/assets/main-a1b2.js.gz'), gzipSync(script));
    expect((await get('/')).body.toString()).toBe(page);
  });
});

describe('a server with a build of the dashboard', () => {
  test('preloads the scripts that each screen needs', async () => {
    const built = path.join(directory, 'built');
    await mkdir(path.join(built, '.vite'), { recursive: true });
    await writeFile(path.join(built, 'index.html'), page);
    const manifest = {
      'index.html': { file: 'assets/main.js', isEntry: true, imports: ['_base.js'] },
      '_base.js': { file: 'assets/base.js' },
      '_table.js': { file: 'assets/table.js', imports: ['_base.js'] },
      'screens/log/log-screen.tsx': {
        file: 'assets/log.js',
        imports: ['index.html', '_table.js'],
        css: ['assets/log.css'],
      },
      'screens/overview/overview-screen.tsx': { file: 'assets/overview.js', imports: ['_base.js'] },
    };
    await writeFile(path.join(built, '.vite/manifest.json'), JSON.stringify(manifest));
    const before = serve;
    serve = createDashboard({}, built);
    const linkOf = async (target: string) => (await get(target, { accept: 'text/html' })).headers.link;
    const log =
      '</assets/log.js>; rel=modulepreload, </assets/log.css>; rel=preload; as=style; crossorigin, </assets/table.js>; rel=modulepreload';
    expect(await linkOf('/log')).toBe(log);
    expect(await linkOf('/log/dlv_1?status=FAILED')).toBe(log);
    expect(await linkOf('/')).toBe('</assets/overview.js>; rel=modulepreload');
    expect(await linkOf('/nowhere')).toBeUndefined();
    serve = before;
  });

  test('preloads the script of a page below a screen, and no script that the page does not need', async () => {
    const built = path.join(directory, 'built-subpages');
    await mkdir(path.join(built, '.vite'), { recursive: true });
    await writeFile(path.join(built, 'index.html'), page);
    const manifest = {
      'index.html': { file: 'main.js', isEntry: true, dynamicImports: ['screens/endpoints/endpoints-screen.tsx'] },
      'screens/endpoints/endpoints-screen.tsx': { file: 'list.js', imports: ['index.html', '_table.js'] },
      'screens/endpoints/page/endpoint-page.tsx': { file: 'page.js', imports: ['_table.js', '_panel.js'] },
      'screens/endpoints/form/new-endpoint.tsx': { file: 'new.js' },
      'screens/endpoints/form/edit-endpoint.tsx': { file: 'edit.js' },
      'screens/deliveries/deliveries-screen.tsx': { file: 'log.js' },
      'screens/deliveries/detail/delivery-detail.tsx': { file: 'detail.js' },
      '_table.js': { file: 'table.js' },
      '_panel.js': { file: 'panel.js', imports: ['_table.js'] },
    };
    await writeFile(path.join(built, '.vite/manifest.json'), JSON.stringify(manifest));
    const before = serve;
    serve = createDashboard({}, built);
    const filesOf = async (target: string) => {
      const { headers } = await get(target, { accept: 'text/html' });
      return [...String(headers.link).matchAll(/<\/([^>]+)>/g)].map(([, file]) => file);
    };
    expect(await filesOf('/endpoints')).toEqual(['list.js', 'table.js']);
    expect(await filesOf('/endpoints/ep_1?range=24h')).toEqual(['list.js', 'table.js', 'page.js', 'panel.js']);
    expect(await filesOf('/endpoints/new')).toEqual(['list.js', 'table.js', 'new.js']);
    expect(await filesOf('/endpoints/ep_1/edit')).toEqual(['list.js', 'table.js', 'edit.js']);
    expect(await filesOf('/deliveries')).toEqual(['log.js']);
    expect(await filesOf('/deliveries/dlv_1')).toEqual(['log.js', 'detail.js']);
    serve = before;
  });

  test.each(['/', '/deliveries', '/deliveries/dlv_01h455vb4pex5vsknk084sn02q?status=FAILED'])(
    'serves the page at %s with a strict content security policy',
    async target => {
      const answer = await get(target, { accept: 'text/html' });
      expect(answer).toMatchObject({ status: 200, body: Buffer.from(page) });
      expect(answer.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      const policy = String(answer.headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
    },
  );

  test('allows only the configured origins to embed the page in a frame', async () => {
    const strict = serve;
    const frameAncestors = ['https://app.example', 'https://*.shop.example'];
    serve = createDashboard({ frameAncestors }, path.join(directory, 'dashboard'));
    const { headers } = await get('/');
    expect(headers['content-security-policy']).toContain('frame-ancestors https://app.example https://*.shop.example;');
    serve = strict;
  });

  test("renders the operator's brand in the page, and permits the origins of its images in the content security policy", async () => {
    const strict = serve;
    const name = '<b>Acme & "Co"</b>';
    const brand = {
      name,
      logoUrl: 'https://cdn.acme.example/logo.svg',
      accentColor: '#00aa55',
      theme: 'dark',
    } as const;
    const portalRefreshUrl = 'https://app.acme.example/portal-token';
    const built = path.join(directory, 'branded');
    await mkdir(built, { recursive: true });
    await writeFile(path.join(built, 'index.html'), await readFile('src/dashboard/index.html', 'utf8'));
    serve = createDashboard({ brand, portalRefreshUrl, corsOrigins: ['https://app.acme.example'] }, built);
    const { headers, body } = await get('/');
    serve = strict;
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("connect-src 'self' https://app.acme.example;");
    expect(policy).toContain("img-src 'self' data: https://cdn.acme.example;");
    const html = body.toString();
    const escaped = '&lt;b&gt;Acme &amp; &quot;Co&quot;&lt;/b&gt;';
    expect(html).toContain(`<title>${escaped}</title>`);
    expect(html).toContain(`<span>${escaped}</span>`);
    expect(html).toContain('<img src="https://cdn.acme.example/logo.svg"');
    expect(html).not.toContain('<b>');
    const content = /<meta name="livehook-page" content="([^"]+)">/.exec(html)?.[1] ?? '';
    const settings = content
      .replaceAll('&quot;', '"')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&');
    expect(JSON.parse(settings)).toEqual({ brand, portalRefreshUrl, acceptsSandbox: false });
  });

  test('lets the page load its files in a sandboxed frame, whose origin is null', async () => {
    expect((await get('/assets/main-a1b2.js')).headers['access-control-allow-origin']).toBe('*');
    expect((await get('/')).headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('returns 404 and not the page to a program that requests a missing file', async () => {
    expect((await get('/nothing')).status).toBe(404);
    expect((await get('/../package.json')).status).toBe(404);
  });

  test('compresses a file with a hash in its name, and lets clients cache it indefinitely', async () => {
    const answer = await get('/assets/main-a1b2.js', { 'accept-encoding': 'gzip, br' });
    expect(answer.headers).toMatchObject({
      'content-encoding': 'br',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
    });
    expect(brotliDecompressSync(answer.body).toString()).toBe(script);
    expect((await get('/assets/main-a1b2.js')).body.toString()).toBe(script);
    const zipped = await get('/assets/main-a1b2.js', { 'accept-encoding': 'br;q=0, gzip;q=0.5' });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.body).toString()).toBe(script);
    for (const refused of ['br;q=0', 'gzip;q=0, br;q=0', '*;q=0', 'identity, br;q=0.5']) {
      const plain = await get('/assets/main-a1b2.js', { 'accept-encoding': refused });
      expect(plain.headers['content-encoding'], refused).toBeUndefined();
    }
  });

  test('returns 304 for a file that the browser has already', async () => {
    const { headers } = await get('/');
    const again = await get('/', { 'if-none-match': String(headers.etag) });
    expect(again).toMatchObject({ status: 304, body: Buffer.alloc(0) });
  });

  test('gives each encoding of a file its own ETag, and returns 304 to a client that has this encoding', async () => {
    const forms = ['br', 'gzip', 'identity'];
    const etags = await Promise.all(
      forms.map(async form => (await get('/assets/main-a1b2.js', { 'accept-encoding': form })).headers.etag),
    );
    expect(new Set(etags).size).toBe(forms.length);
    for (const [index, form] of forms.entries()) {
      const headers = { 'accept-encoding': form, 'if-none-match': String(etags[index]) };
      const again = await get('/assets/main-a1b2.js', headers);
      expect(again, form).toMatchObject({ status: 304, body: Buffer.alloc(0) });
      expect(again.headers).toMatchObject({ vary: 'accept-encoding' });
      expect(again.headers['content-encoding']).toBeUndefined();
    }
  });

  test('answers HEAD with the headers of GET and without a body', async () => {
    const headers = { 'accept-encoding': 'br' };
    for (const target of ['/', '/assets/main-a1b2.js']) {
      const { date: _, ...expected } = (await get(target, headers)).headers;
      const head = await get(target, headers, 'HEAD');
      expect(head, target).toMatchObject({ status: 200, headers: expected, body: Buffer.alloc(0) });
    }
  });

  test('returns 404 for the manifest of the build', async () => {
    const built = path.join(directory, 'dashboard');
    await mkdir(path.join(built, '.vite'), { recursive: true });
    await writeFile(path.join(built, '.vite/manifest.json'), '{}');
    await useNewPage(built);
    expect((await get('/.vite/manifest.json')).status).toBe(404);
  });

  test('serves a new build once its page exists, and returns 404 for a removed file', async () => {
    const built = path.join(directory, 'dashboard');
    await writeFile(path.join(built, 'assets/extra-c3d4.js'), script);
    await writeFile(path.join(built, 'assets/extra-c3d4.js.br'), brotliCompressSync(script));
    await useNewPage(built);
    const found = await get('/assets/extra-c3d4.js', { 'accept-encoding': 'br' });
    expect(found).toMatchObject({ status: 200, headers: { 'content-encoding': 'br' } });
    await rm(path.join(built, 'assets/extra-c3d4.js.br'));
    const gone = await get('/assets/extra-c3d4.js', { 'accept-encoding': 'br' });
    expect(gone.status).toBe(404);
    for (const name of ['content-encoding', 'etag', 'cache-control']) expect(gone.headers[name], name).toBeUndefined();
  });

  test('ends the oldest response when more files would be open than allowed', async () => {
    const built = path.join(directory, 'dashboard');
    await writeFile(path.join(built, 'assets/large-e5f6.js'), Buffer.alloc(largeBytes, ' '));
    await useNewPage(built);
    const answers: IncomingMessage[] = [];
    for (let index = 0; index <= maxOpenFiles; index += 1) {
      const sent = ask({ port, path: '/assets/large-e5f6.js', agent: false }).end();
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      answers.push(answer.on('error', () => undefined));
    }
    const [oldest, second] = answers as [IncomingMessage, IncomingMessage];
    await expect(oldest.toArray()).rejects.toThrow('aborted');
    expect(Buffer.concat(await second.toArray()).length).toBe(largeBytes);
    for (const answer of answers) answer.destroy();
  });

  // The open files can only be read from /proc, which only Linux has.
  test.skipIf(process.platform !== 'linux')(
    'closes the file of a client that disconnects in the middle of it',
    async () => {
      const built = path.join(directory, 'dashboard');
      const large = path.join(built, 'assets/large-e5f6.js');
      await writeFile(large, Buffer.alloc(largeBytes, ' '));
      await useNewPage(built);
      const sent = ask({ port, path: '/assets/large-e5f6.js', agent: false }).end();
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      await expect.poll(() => countOpen(large), { timeout: 60_000 }).toBe(1);
      answer.on('error', () => undefined).destroy();
      await expect.poll(() => countOpen(large), { timeout: 60_000 }).toBe(0);
    },
  );
});

/** Makes the page newer, as a build does. */
async function useNewPage(built: string): Promise<void> {
  pageTime += 10;
  await utimes(path.join(built, 'index.html'), pageTime, pageTime);
}

let pageTime = 1_900_000_000;

async function countOpen(file: string): Promise<number> {
  const descriptors = await readdir('/proc/self/fd');
  const targets = await Promise.all(descriptors.map(name => readlink(`/proc/self/fd/${name}`).catch(() => null)));
  return targets.filter(target => target === file).length;
}

/** Sends a request with node:http, because fetch would normalize the path and decompress the body. */
async function get(target: string, headers: Record<string, string> = {}, method = 'GET') {
  const sent = ask({ port, path: target, headers, method, agent: false }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(await answer.toArray()) };
}
