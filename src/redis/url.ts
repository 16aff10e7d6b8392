/** The servers that a `REDIS_URL` names. User names and passwords are percent-decoded. */
export interface RedisAddress {
  readonly kind: 'single' | 'cluster' | 'sentinel';
  readonly tls: boolean;
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly username: string | null;
  readonly password: string | null;
  readonly database: number;
  /** The name of the master that the sentinels watch. Null without Sentinel. */
  readonly masterName: string | null;
  readonly sentinelPassword: string | null;
}

const defaultPorts = { single: 6379, cluster: 6379, sentinel: 26_379 };

/**
 * Parses a `REDIS_URL`. Its forms are `redis[s]://[user:password@]host[:port][/database]`,
 * `redis[s]+cluster://[user:password@]h:p,h:p` and
 * `redis[s]+sentinel://[user:password@]h:p,h:p/master[/database][?sentinelPassword=...]`. Passwords are
 * percent-encoded.
 *
 * @throws Error that describes the problem and never contains the password.
 */
export function parseRedisUrl(url: string): RedisAddress {
  const match = /^redis(s?)(?:\+(cluster|sentinel))?:\/\/(?:([^@/]*)@)?([^@/?]+)([^?]*)(?:\?(.*))?$/.exec(url);
  if (!match) throw new Error('Not a Redis URL: redis[s]://, redis+cluster:// or redis+sentinel:// is expected.');
  const [, tls, mode, credentials, hosts = '', path = '', query = ''] = match;
  const kind = (mode ?? 'single') as RedisAddress['kind'];
  const nodes = hosts.split(',').map(host => parseNode(host, defaultPorts[kind]));
  if (kind === 'single' && nodes.length > 1)
    throw new Error('redis:// names one host; use redis+cluster:// for several.');
  const [username, password] = credentials === undefined ? [] : parseCredentials(credentials);
  const segments = path
    .split('/')
    .filter(segment => segment !== '')
    .map(decodeURIComponent);
  const masterName = kind === 'sentinel' ? (segments.shift() ?? null) : null;
  if (kind === 'sentinel' && masterName === null) throw new Error('redis+sentinel:// must end with /<master name>.');
  const database = Number(segments.shift() ?? 0);
  if (!Number.isInteger(database) || database < 0 || segments.length > 0)
    throw new Error('The database is not a number.');
  if (kind === 'cluster' && database !== 0) throw new Error('A Redis Cluster has database 0 only.');
  return {
    kind,
    tls: tls === 's',
    nodes,
    username: username || null,
    password: password || null,
    database,
    masterName,
    sentinelPassword: new URLSearchParams(query).get('sentinelPassword'),
  };
}

function parseNode(text: string, defaultPort: number): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? defaultPort);
  if (host === undefined || port < 1 || port > 65_535) throw new Error('Each Redis host is host[:port].');
  return { host, port };
}

function parseCredentials(text: string): [string, string] {
  const colon = text.indexOf(':');
  const [username, password] = colon < 0 ? ['', text] : [text.slice(0, colon), text.slice(colon + 1)];
  return [decodeURIComponent(username), decodeURIComponent(password)];
}
