import { isIP } from 'node:net';
import type { AddressPolicy } from './address-guard.ts';
import { hasDotSegment, isTemplate, readOrigin, replaceTags } from './templates/syntax.ts';

export type UrlCheck = { ok: true; isTemplated: boolean } | { ok: false; message: string };

const maxUrlChars = 2048;

/** Controls, line breaks, zero-width and other invisible characters: none has a place in a URL, in tags neither. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/**
 * Judges an endpoint's URL as it was written, when it is created or changed. What passes is http or https to a host
 * that is a name (resolved and vetted at each send) or an address that `policy` allows in whatever notation it was
 * written, without userinfo and fragment. Liquid tags may stand in path and query only. Whether they compile is for
 * `TemplateRenderer.check` to tell.
 *
 * A name of the local network (`localhost`, `*.localhost`, `*.local`, `*.internal`) passes only where the policy
 * allows 127.0.0.1. A host must be written in ASCII: look-alikes are refused, with the `xn--` form in the message.
 */
export function checkEndpointUrl(text: string, policy: AddressPolicy): UrlCheck {
  if (text.length > maxUrlChars) return refuse(`must not be longer than ${maxUrlChars} characters`);
  if (invisible.test(text)) return refuse('must not contain control or invisible characters');
  const parts = /^(https?):\/\/([^/?#\\]*)(.*)$/is.exec(text);
  if (!parts) return refuse('must be an absolute URL that begins with http:// or https://');
  const [, , authority = '', rest = ''] = parts;
  if (/[{}]/.test(authority)) return refuse('may hold templates in its path and query only');

  // Tags may hold spaces, quotes and backslashes of their own.
  const literal = replaceTags(text);
  if (/[\s\\]/.test(literal)) return refuse('must not contain spaces or backslashes');
  if (literal.includes('#')) return refuse('must not have a fragment');
  const hostProblem = checkAuthority(authority, policy);
  if (hostProblem) return refuse(hostProblem);
  if (!URL.canParse(literal)) return refuse('cannot be parsed');

  if (!isTemplate(rest)) return { ok: true, isTemplated: false };
  if (readOrigin(text) === null) return refuse('may hold templates in its path and query only');
  if (hasDotSegment(literal)) return refuse('must not contain . or .. segments beside a template');
  return { ok: true, isTemplated: true };
}

function checkAuthority(authority: string, policy: AddressPolicy): string | null {
  if (authority.includes('@')) return 'must not hold a user name or password';
  if (authority.includes('%')) return 'must not percent-encode its host';
  if (!URL.canParse(`http://${authority}/`)) return 'has a host or port that cannot be parsed';
  const { hostname, port } = new URL(`http://${authority}/`);
  if (port === '0') return 'must not use port 0';

  const host = literalAddress(hostname) ?? hostname;
  if (isIP(host) !== 0) {
    return policy.allows(host) ? null : `points to ${host}, an address that webhooks may not be sent to`;
  }
  if (/[^\x21-\x7e]/.test(authority)) return `must write its host in ASCII: ${hostname}`;
  if (isLocalName(hostname) && !policy.allows('127.0.0.1')) {
    return `points to ${hostname}, a local name that webhooks may not be sent to`;
  }
  return null;
}

/**
 * An endpoint's URL up to its query, which often holds a secret: `https://shop.example/hook`. What is kept for others to
 * read (the audit log, the feed) holds no more of the URL, and searches compare no more of it.
 */
export function withoutQuery(url: string): string {
  return url.split('?', 1)[0] ?? url;
}

/**
 * The origin of an endpoint's URL: scheme, host and port, such as `https://shop.example`. Null where the text is no URL.
 * Templates stand in path and query only, so the origin is the same for every event.
 */
export function urlOrigin(url: string): string | null {
  const authority = /^https?:\/\/[^/?#\\]*/i.exec(url)?.[0];
  return authority !== undefined && URL.canParse(authority) ? new URL(authority).origin : null;
}

/** The address that a WHATWG `hostname` is, without brackets; null where it is a name. */
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
