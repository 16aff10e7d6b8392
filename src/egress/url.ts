import { isIP } from 'node:net';
import type { AddressPolicy } from './address-guard.ts';
import { hasDotSegment, isTemplate, readOrigin, replaceTags } from './templates/syntax.ts';

export type UrlCheck = { ok: true; isTemplated: boolean } | { ok: false; message: string };

/** The largest length of an endpoint's URL in characters. */
export const maxUrlLength = 2048;

/**
 * Matches control characters, line breaks and invisible characters, which a URL must not contain, not even in a
 * template's tag.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/**
 * Checks the URL of an endpoint when it is created or changed. It must be http or https, without user, password and
 * fragment. Its host is a name, whose addresses are checked at each attempt, or an allowed address in any notation.
 * Liquid tags are allowed only in path and query, and are compiled elsewhere, by `TemplateRenderer.check`.
 *
 * A name of the local network (`localhost`, `*.localhost`, `*.local`, `*.internal`) is accepted only if the policy
 * allows 127.0.0.1. A host must be ASCII: look-alike characters are rejected, with the `xn--` form in the message.
 */
export function checkEndpointUrl(text: string, policy: AddressPolicy): UrlCheck {
  if (text.length > maxUrlLength) return refuse(`must not be longer than ${maxUrlLength} characters`);
  if (invisible.test(text)) return refuse('must not contain control or invisible characters');
  const parts = /^(https?):\/\/([^/?#\\]*)(.*)$/is.exec(text);
  if (!parts) return refuse('must be an absolute URL that begins with http:// or https://');
  const [, , authority = '', rest = ''] = parts;
  if (/[{}]/.test(authority)) return refuse('may contain templates in its path and query only');

  // The characters are checked without the tags, which may contain spaces, quotes and backslashes.
  const literal = replaceTags(text);
  if (/[\s\\]/.test(literal)) return refuse('must not contain spaces or backslashes');
  if (literal.includes('#')) return refuse('must not have a fragment');
  const hostProblem = checkAuthority(authority, policy);
  if (hostProblem) return refuse(hostProblem);
  if (!URL.canParse(literal)) return refuse('cannot be parsed');

  if (!isTemplate(rest)) return { ok: true, isTemplated: false };
  if (readOrigin(text) === null) return refuse('may contain templates in its path and query only');
  if (hasDotSegment(literal)) return refuse('must not contain . or .. segments beside a template');
  return { ok: true, isTemplated: true };
}

function checkAuthority(authority: string, policy: AddressPolicy): string | null {
  if (authority.includes('@')) return 'must not contain a user name or password';
  if (authority.includes('%')) return 'must not percent-encode its host';
  if (!URL.canParse(`http://${authority}/`)) return 'has a host or port that cannot be parsed';
  const { hostname, port } = new URL(`http://${authority}/`);
  if (port === '0') return 'must not use port 0';

  const host = literalAddress(hostname) ?? hostname;
  if (isIP(host) !== 0) {
    return policy.allows(host) ? null : `${host} is a private address. Allow it with EGRESS_ALLOW.`;
  }
  if (/[^\x21-\x7e]/.test(authority)) return `must write its host in ASCII: ${hostname}`;
  if (isLocalName(hostname) && !policy.allows('127.0.0.1')) {
    return `${hostname} is a local name. Allow 127.0.0.1 with EGRESS_ALLOW.`;
  }
  return null;
}

/**
 * Removes the query from an endpoint's URL, because it often contains a secret: `https://shop.example/hook`. The audit
 * log, the feed and searches use the URL only in this form.
 */
export function withoutQuery(url: string): string {
  return url.split('?', 1)[0] ?? url;
}

/**
 * Returns the origin of an endpoint's URL: scheme, host and port, such as `https://shop.example`. Null if the text is
 * not a URL. Templates are only in path and query, so the origin is the same for every event.
 */
export function urlOrigin(url: string): string | null {
  const authority = /^https?:\/\/[^/?#\\]*/i.exec(url)?.[0];
  return authority !== undefined && URL.canParse(authority) ? new URL(authority).origin : null;
}

/** Returns the IP address in a WHATWG `hostname`, without brackets. Null if it is a name. */
export function literalAddress(hostname: string): string | null {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? null : bare;
}

function isLocalName(hostname: string): boolean {
  return /(^|\.)localhost\.?$|\.(local|internal)\.?$/.test(hostname);
}

function refuse(message: string): UrlCheck {
  return { ok: false, message };
}
