/** A header that the owner of an endpoint has added. A secret value is sent, but never shown or recorded. */
export interface CustomHeader {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
}

export type HeaderCheck = { ok: true } | { ok: false; path: string; message: string };

const maxNameChars = 256;
const maxValueChars = 4096;

/** Matches a header name: a token (RFC 9110, 5.6.2). */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Matches a header value (RFC 9110, 5.5): visible ASCII and obs-text (Latin-1), with spaces and tabs only in between.
 */
const fieldValue = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;

/** Header names that Livehook or its HTTP client sets, which custom headers must not replace. */
const ownNames = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'te',
  'traceparent',
  'tracestate',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'via',
]);
const ownPrefixes = ['proxy-', 'webhook-', 'x-webhook-'];

/**
 * Header names that the receiver's platform trusts, because normally only its own proxies send them:
 * - the address of the client, or the host, path or method of its request
 * - a user that the platform has signed in (AWS load balancers, Google IAP, Azure App Service)
 * - headers that a cloud's metadata service requires of each request, as a protection against forged requests
 */
const trustedNames = new Set([
  ...['cf-connecting-ip', 'client-ip', 'fastly-client-ip', 'forwarded', 'true-client-ip', 'x-client-ip'],
  ...[
    'x-cluster-client-ip',
    'x-original-forwarded-for',
    'x-originating-ip',
    'x-real-ip',
    'x-remote-addr',
    'x-remote-ip',
  ],
  ...['x-forwarded', 'x-host', 'x-http-host-override', 'x-original-host', 'x-original-url', 'x-rewrite-url'],
  ...['x-http-method', 'x-http-method-override', 'x-method-override'],
  ...['remote-user', 'x-authenticated-user', 'x-forwarded-user', 'x-remote-user'],
  ...['metadata', 'x-google-metadata-request', 'x-metadata-token', 'x-aliyun-ecs-metadata-token'],
]);
const trustedPrefixes = [
  ...['x-forwarded-', 'x-amzn-oidc-', 'x-goog-iap-', 'x-goog-authenticated-user-', 'x-ms-client-principal'],
  ...['metadata-', 'x-aws-ec2-metadata-', 'x-aliyun-ecs-metadata-', 'x-envoy-', 'x-appengine-'],
];

/**
 * Checks an endpoint's custom headers. Names are tokens of at most 256 characters, and no two names are equal without
 * regard to case. Rejected are names that Livehook sets itself or that receivers' platforms trust, and spellings that
 * CGI-style servers read as the same name (`webhook_id` or `webhook.id` for `webhook-id`). Values have at most 4,096
 * characters of Latin-1 without control characters. The `path` of an error is relative to the list: `2.name`,
 * `2.value`.
 */
export function checkCustomHeaders(headers: readonly { name: string; value: string }[]): HeaderCheck {
  const seen = new Set<string>();
  for (const [index, { name, value }] of headers.entries()) {
    const nameProblem = checkName(name, seen);
    if (nameProblem) return { ok: false, path: `${index}.name`, message: nameProblem };
    const valueProblem = checkValue(value);
    if (valueProblem) return { ok: false, path: `${index}.value`, message: valueProblem };
    seen.add(name.toLowerCase());
  }
  return { ok: true };
}

function checkName(name: string, seen: ReadonlySet<string>): string | null {
  if (name.length > maxNameChars) return `must not be longer than ${maxNameChars} characters`;
  if (!token.test(name)) return 'must be made of letters, digits and the other characters of a header name';
  const lower = name.toLowerCase();
  const folded = lower.replace(/[^a-z0-9]/g, '-');
  if (ownNames.has(folded) || ownPrefixes.some(prefix => folded.startsWith(prefix))) {
    return `"${lower}" is set by Livehook`;
  }
  if (folded === 'content-type' && lower !== folded) return `"${lower}" must be written as "content-type"`;
  if (trustedNames.has(folded) || trustedPrefixes.some(prefix => folded.startsWith(prefix))) {
    return `"${lower}" is a header that proxies and cloud platforms trust; use another name`;
  }
  return seen.has(lower) ? `"${lower}" is given twice` : null;
}

function checkValue(value: string): string | null {
  if (value.length > maxValueChars) return `must not be longer than ${maxValueChars} characters`;
  return fieldValue.test(value)
    ? null
    : 'must be visible ASCII or Latin-1, without line breaks, and not begin or end with a space';
}
