import type { ServerResponse } from 'node:http';

const page = (publicPath: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Livehook</title>
<h1>The dashboard has not been built</h1>
<p>Run this in the directory of Livehook, then load this page again; the server may keep running:</p>
<pre>npm run build</pre>
<p><code>npm ci</code> does it too. The API needs no build: <a href="${publicPath}graphql">${publicPath}graphql</a>.</p>
</html>
`;

/** Answers 503 with a page that says how to build the dashboard. */
export function sendMissingDashboard(response: ServerResponse, publicPath: string): void {
  response
    .writeHead(503, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'" })
    .end(page(publicPath));
}
