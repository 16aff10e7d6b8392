/** The settings of the operator for the dashboard and the portal. */
export interface PageOptions {
  /** Origins whose pages may show the dashboard in a frame. Default: none. */
  readonly frameAncestors?: readonly string[];
  /** The name, logo, accent colour (`#rrggbb`) and default theme. Default: those of Livehook. */
  readonly brand?: {
    readonly name: string;
    readonly logoUrl: string | null;
    readonly accentColor: string | null;
    readonly theme: 'system' | 'light' | 'dark';
  };
  /** The URL that returns a new portal token to the customer who is signed in to the application. Default: none. */
  readonly portalRefreshUrl?: string | null;
  /** Origins whose pages may send requests. Default: `*`. */
  readonly corsOrigins?: readonly string[];
}

const livehook = { name: 'Livehook', logoUrl: null, accentColor: null, theme: 'system' } as const;

/**
 * Allows scripts, styles and connections only of this server, nothing inline, and framing only by allowed origins,
 * because the page holds a key.
 */
export function securityHeaders({ frameAncestors = [], brand = livehook, portalRefreshUrl = null }: PageOptions) {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      // 'self' includes ws: and wss: of the same host (CSP Level 3).
      `connect-src 'self'${originOf(portalRefreshUrl)}`,
      `img-src 'self' data:${originOf(brand.logoUrl)}`,
      `frame-ancestors ${frameAncestors.join(' ') || "'none'"}`,
      // 'self' is required, because the page contains a base element.
      "base-uri 'self'",
      "form-action 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
  };
}

/**
 * Inserts the base path and the operator's settings into the built page. Scripts read the settings from a meta element,
 * because the Content-Security-Policy forbids inline scripts.
 */
export function renderPage(html: string, publicPath: string, options: PageOptions): string {
  const { brand = livehook, portalRefreshUrl = null, corsOrigins = ['*'] } = options;
  const acceptsSandbox = corsOrigins.includes('*') || corsOrigins.includes('null');
  const settings = JSON.stringify({ brand, portalRefreshUrl, acceptsSandbox });
  const name = escapeHtml(brand.name);
  return (
    html
      // All URLs in the page are relative to its base, because it is shown at paths of any depth.
      .replace('<base href="/">', () => `<base href="${publicPath}">`)
      .replace('<meta name="livehook-page">', () => `<meta name="livehook-page" content="${escapeHtml(settings)}">`)
      .replace('<title>Livehook</title>', () => `<title>${name}</title>`)
      .replace(/(<span class="shell_brand"><img src=")([^"]+)("[^>]*><span>)Livehook</, (_, before, src, between) =>
        [before, brand.logoUrl === null ? src : escapeHtml(brand.logoUrl), between, name, '<'].join(''),
      )
  );
}

/** The origin of a URL with a space before it, for the policy. '' without a URL, and for `data:` URLs. */
function originOf(url: string | null): string {
  return url === null || url.startsWith('data:') ? '' : ` ${new URL(url).origin}`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
