import { z } from 'zod';
import {
  brandName,
  cidrs,
  corsOrigins,
  databaseUrl,
  dnsServerList,
  encryptionKey,
  flag,
  frameOrigins,
  hexColor,
  imageUrl,
  integer,
  logLevel,
  proxyUrl,
  publicPath,
  redisUrl,
  retrySchedule,
  roleList,
  roles,
  rootApiKey,
  secret,
  setting,
  text,
  theme,
  trustedProxies,
  unset,
  webUrl,
} from './setting-types.ts';

/**
 * The default delays after failed attempts in seconds, about 75 hours in total. They are the example of the Standard
 * Webhooks specification.
 */
const defaultRetrySchedule = '5,300,1800,7200,18000,36000,50400,72000,86400';

/**
 * Every setting, in groups, in the order of the documentation. `npm run generate` writes the tables of
 * `docs/reference/configuration.md` and `README.md` from it.
 */
export const settingGroups = {
  'Storage and processes': {
    DATABASE_URL: secret(
      databaseUrl,
      'The PostgreSQL database, version 15 or newer, also through PgBouncer in transaction mode. Unset: an embedded PostgreSQL below `DATA_DIR`.',
    ),
    REDIS_URL: secret(
      redisUrl,
      'Redis 6.2 or newer (Redis Cluster: 7 or newer). Required for the live feed if more than one process runs. Unset: the live feed works only within this process.',
    ),
    FEED_LOG_BYTES: setting(
      integer(1_048_576, 64 * 2 ** 30),
      '67108864',
      'The size in bytes of the live feed’s log, from which subscribers resume. Without Redis, it is the size for all tenants of the process. With Redis, it is the size for each tenant.',
    ),
    ROLES: setting(
      roleList,
      roles.join(','),
      'The roles of this process: any of `api` (serves clients), `sender` (sends webhooks) and `janitor` (maintenance and bulk operations).',
    ),
    WORKERS: setting(
      integer(1, 256),
      '1',
      'The number of api processes that share `PORT`. Above 1, the other roles of `ROLES` run in a separate process, and `REDIS_URL` is required. A process that ends is restarted. A limit that is set per process applies to each of these processes separately.',
    ),
    DATA_DIR: setting(
      text('a directory'),
      '.data',
      'The directory of the embedded database, and of the root key and encryption key that are created with it.',
    ),
    ROOT_API_KEY: secret(
      rootApiKey,
      'The key that acts for every tenant. Required with `DATABASE_URL`. If `DATABASE_URL` and this setting are both unset, a key is created at the first start and kept in `DATA_DIR`.',
    ),
    ENCRYPTION_KEY: secret(
      encryptionKey,
      'The key that encrypts the secrets and header values of endpoints. Required with `DATABASE_URL`. If `DATABASE_URL` and this setting are both unset, a key is created at the first start and kept in `DATA_DIR`.',
    ),
    SHUTDOWN_GRACE_MS: setting(
      integer(0, 3_600_000),
      '15000',
      'Milliseconds from the first SIGTERM or SIGINT until the process ends. Until then it finishes what is in flight.',
    ),
    LOG_LEVEL: setting(logLevel, 'info', 'The lowest severity of log lines that are written.'),
  },
  'HTTP server': {
    HOST: setting(text('an address or host name'), '127.0.0.1', 'The address to listen on.'),
    PORT: setting(
      integer(0, 65_535),
      '4000',
      'The port of the API, the dashboard and health checks. `0`: any free port.',
    ),
    METRICS_PORT: unset(integer(0, 65_535), 'A separate port for `/metrics`. Unset: `/metrics` is on `PORT`.'),
    PUBLIC_PATH: setting(
      publicPath,
      '/',
      'The path at which browsers reach the dashboard, GraphiQL and the API, such as `/hooks/` behind a proxy. The proxy may strip it or leave it in place.',
    ),
    TRUST_PROXY: setting(
      trustedProxies,
      '0',
      'The number of load balancers in a chain in front of this server, or their CIDRs. If it is set, the server reads the client address from `X-Forwarded-For`. Limits on connections and failed sign-ins use this address. An IPv6 /64 network counts as one address. `0`: the server uses the address of the connection.',
    ),
    CORS_ORIGINS: setting(
      corsOrigins,
      '*',
      'Web origins whose pages may send requests. Each request needs an API key, which browsers do not add automatically.',
    ),
    PORTAL_FRAME_ANCESTORS: setting(
      frameOrigins,
      '',
      'Origins whose pages may embed the dashboard in a frame, for example as a customer portal.',
    ),
    PORTAL_REFRESH_URL: unset(
      webUrl,
      'A URL of your application that returns a new portal token to the customer who is signed in there. The portal requests it before a token expires.',
    ),
    BRAND_NAME: setting(brandName, 'Livehook', 'The name that the dashboard and the portal show.'),
    BRAND_LOGO_URL: unset(
      imageUrl,
      'A square image that the dashboard and the portal show beside the name. Unset: the logo of Livehook.',
    ),
    BRAND_ACCENT_COLOR: unset(
      hexColor,
      'The colour of buttons and links of the dashboard and the portal. It is made darker or lighter where text would be hard to read. Unset: the colour of Livehook.',
    ),
    BRAND_THEME: setting(
      theme,
      'system',
      'The theme of the dashboard and the portal for people who have not chosen one. `system`: the theme of their device.',
    ),
    INTROSPECTION: setting(flag, 'true', 'Whether clients may read the GraphQL schema.'),
    TRUSTED_DOCUMENTS: unset(
      text('a JSON file'),
      'A JSON file that maps ids to GraphQL documents. Clients may send an id instead of the text.',
    ),
    TRUSTED_DOCUMENTS_ONLY: setting(flag, 'false', 'Whether only documents of `TRUSTED_DOCUMENTS` are accepted.'),
  },
  'Sending webhooks': {
    EGRESS_ALLOW: setting(
      cidrs,
      '',
      'CIDRs that webhooks may be sent to even if they are private, in `EGRESS_DENY`, or addresses of this machine.',
    ),
    EGRESS_DENY: setting(
      cidrs,
      '',
      'CIDRs that webhooks must not be sent to, such as your public address behind NAT. Private addresses and the addresses of this machine are blocked by default.',
    ),
    EGRESS_PROXY: secret(proxyUrl, 'A proxy through which webhooks are sent.'),
    EGRESS_DNS_SERVERS: setting(
      dnsServerList,
      '',
      'DNS servers that resolve the host names of endpoints. Empty: the resolvers of the system.',
    ),
    DELIVERY_TIMEOUT_MS: setting(
      integer(100, 60_000),
      '10000',
      'The timeout of one attempt in milliseconds, until the end of the response. An endpoint can have its own timeout.',
    ),
    RETRY_SCHEDULE_SECONDS: setting(
      retrySchedule,
      defaultRetrySchedule,
      'The delays in seconds after each failed attempt until the next one, each with 10% jitter. An endpoint can have its own schedule.',
    ),
    ENDPOINT_DISABLE_AFTER_SECONDS: setting(
      integer(0, 31_536_000),
      '432000',
      'The seconds after which an endpoint is disabled if all its attempts have failed. An operational event warns after half of that time. `0`: never.',
    ),
    SENDER_CONCURRENCY: setting(
      integer(1, 100_000),
      '256',
      'The largest number of requests that one sender has in flight.',
    ),
    ENDPOINT_CONCURRENCY: setting(
      integer(1, 10_000),
      '32',
      'The largest number of requests that one sender has in flight to one endpoint.',
    ),
    MAX_PAYLOAD_BYTES: setting(integer(1, 64 * 2 ** 20), '262144', 'The largest payload of an event, in bytes.'),
    MAX_RESPONSE_BYTES: setting(
      integer(0, 64 * 2 ** 20),
      '65536',
      'The largest number of bytes of a receiver’s response that are stored.',
    ),
    TEMPLATE_BUDGET_MS: setting(
      integer(1, 10_000),
      '250',
      'Milliseconds of processor time in each second for rendering the templates of one tenant, in each process. A tenant accumulates up to 4 s of unused budget. When its budget is used up, its deliveries wait, and other tenants are not affected. A rendering that takes longer than 50 ms is aborted.',
    ),
    RETENTION_DAYS: setting(
      integer(0, 36_500),
      '30',
      'Events, deliveries and attempts are removed after this many days. `0`: nothing is removed.',
    ),
  },
  'Limits of requests': {
    MAX_REQUEST_BYTES: setting(
      integer(1024, 512 * 2 ** 20),
      '8388608',
      'The largest HTTP request body or websocket message, in bytes after decompression.',
    ),
    MAX_ANSWER_BYTES: setting(
      integer(65_536, 512 * 2 ** 20),
      '16777216',
      'The largest response, and the largest update of a subscription, in bytes. Larger ones get `QUERY_TOO_COMPLEX`.',
    ),
    OPERATION_TIMEOUT_MS: setting(
      integer(1, 3_600_000),
      '10000',
      'Milliseconds after which a query or mutation gets `TIMEOUT`.',
    ),
    API_RATE_LIMIT: setting(
      integer(0, 1_000_000),
      '2000',
      'The largest number of requests per second of each key, averaged over 10 s and summed over all processes. `0`: no limit. The root key is not limited.',
    ),
    DOCUMENT_CPU_MS_PER_SECOND: setting(
      integer(0, 1000),
      '200',
      'Milliseconds of CPU per second that each key may use to parse documents that are new to the server. A burst may use the budget of five seconds. All keys of a tenant together have twice this budget. `0`: no limit. The root key is not limited.',
    ),
    MAX_SOCKETS_PER_KEY: setting(
      integer(1, 10_000_000),
      '10000',
      'The largest number of open websockets of one key in each process. The same limit applies separately to streams of server-sent events.',
    ),
    MAX_OPERATIONS_PER_SOCKET: setting(
      integer(1, 100_000),
      '100',
      'The largest number of operations that are open on one websocket at once.',
    ),
    MAX_MESSAGES_PER_SECOND: setting(
      integer(1, 1_000_000),
      '200',
      'The largest number of messages per second that one websocket may send.',
    ),
    MAX_BUFFERED_BYTES: setting(
      integer(65_536, 512 * 2 ** 20),
      '1048576',
      'The largest number of bytes that a client may leave unread. Above it, the client gets no further updates until it has read them.',
    ),
    MAX_BUFFERED_BYTES_PER_KEY: setting(
      integer(33_554_432, 4 * 2 ** 30),
      '67108864',
      'The largest number of bytes of responses, updates and unfinished requests that one process buffers for all clients of one key. The limit for all keys together is three times as large. Beyond a limit, the connection with the most bytes is closed. A connection that reads nothing for 30 s is closed too.',
    ),
    MAX_CONNECTIONS: setting(
      integer(16, 10_000_000),
      '20000',
      'The largest number of open connections of one process. The limit is lower if the process may not open enough file descriptors.',
    ),
    MAX_CONNECTIONS_PER_ADDRESS: setting(
      integer(1, 10_000_000),
      '12000',
      'The largest number of open connections from one client address.',
    ),
    MAX_UNAUTHENTICATED_CONNECTIONS: setting(
      integer(1, 10_000_000),
      '2000',
      'The largest number of connections that have not sent a valid key. Above it, a new connection replaces the oldest of them. Each has 5 s to send its request headers or to authenticate its websocket. A websocket may send at most 16 KiB before it is authenticated.',
    ),
    MAX_UNAUTHENTICATED_CONNECTIONS_PER_ADDRESS: setting(
      integer(1, 10_000_000),
      '1000',
      'The largest number of connections from one client address that have not sent a valid key.',
    ),
    MAX_FAILED_SIGN_INS_PER_MINUTE: setting(
      integer(1, 1_000_000),
      '60',
      'The largest number of failed sign-ins per minute from one client address. Beyond it, requests from this address with keys that were not used in the last hour get `RATE_LIMITED` until the minute is over.',
    ),
  },
  Quotas: {
    MAX_ENDPOINTS: setting(
      integer(1, 1_000_000),
      '1000',
      'The largest number of endpoints of a tenant, not counting deleted ones. Creating more gets `QUOTA_EXCEEDED`. Within 24 hours, a tenant may create at most twice this number, counting the ones that it deleted.',
    ),
    MAX_EVENT_TYPES: setting(
      integer(1, 1_000_000),
      '5000',
      'The largest number of event types of a tenant. A type counts until retention has removed all its events and deliveries.',
    ),
    MAX_EVENT_TYPES_PER_ENDPOINT: setting(
      integer(1, 10_000),
      '100',
      'The largest number of event types and prefixes that one endpoint receives. A list that is already longer is kept, but cannot grow.',
    ),
    MAX_HEADERS_PER_ENDPOINT: setting(integer(0, 1000), '50', 'The largest number of custom headers of one endpoint.'),
    MAX_API_KEYS: setting(
      integer(1, 1_000_000),
      '1000',
      'The largest number of API keys of a tenant that are neither revoked nor expired. Within 24 hours, a tenant may create at most twice this number, counting the ones that it revoked.',
    ),
    MAX_PORTAL_TOKENS: setting(
      integer(1, 10_000_000),
      '10000',
      'The largest number of portal tokens of a tenant that are neither revoked nor expired. Within 24 hours, a tenant may create at most twice this number, counting the ones that it revoked.',
    ),
    MAX_BULK_OPERATIONS: setting(
      integer(1, 10_000),
      '100',
      'The largest number of bulk operations of a tenant that run at once.',
    ),
    MAX_BULK_OPERATIONS_PER_ENDPOINT: setting(
      integer(1, 10_000),
      '5',
      'The largest number of running bulk operations that portal tokens have started for one endpoint.',
    ),
    MAX_REDACTION_PATHS: setting(integer(0, 1000), '200', 'The largest number of redaction paths of a tenant.'),
    MAX_TENANTS: setting(
      integer(1, 10_000_000),
      '10000',
      'The largest number of tenants of this server, not counting deleted ones.',
    ),
  },
  'Database connections': {
    STATEMENT_TIMEOUT_MS: setting(
      integer(1, 3_600_000),
      '5000',
      'Milliseconds after which PostgreSQL cancels a statement of an API operation or a sender.',
    ),
    API_DATABASE_CONNECTIONS: setting(
      integer(1, 10_000),
      '16',
      'The number of database connections that each process uses for the operations of clients. Each process also has 4 for its own work, 4 for the janitor and 8 for the sender.',
    ),
    PUBLISH_DATABASE_CONNECTIONS: setting(
      integer(1, 10_000),
      '8',
      'The number of database connections that each process uses for publishing.',
    ),
    MAX_DATABASE_CONNECTIONS_PER_TENANT: setting(
      integer(1, 10_000),
      '4',
      'The largest number of connections that the reads of one tenant use at once, in each of the pools of `API_DATABASE_CONNECTIONS` and `PUBLISH_DATABASE_CONNECTIONS`. Its mutations may use the same number in addition. Further statements wait.',
    ),
    MAX_WAITING_STATEMENTS: setting(
      integer(1, 1_000_000),
      '10000',
      'The largest number of statements that wait for a database connection. Operations that would add one get `UNAVAILABLE`.',
    ),
    MAX_WAITING_STATEMENTS_PER_TENANT: setting(
      integer(1, 1_000_000),
      '2000',
      'The largest number of statements of one tenant that wait for a database connection.',
    ),
  },
};

/** Every setting by its name. */
export const settings = {
  ...settingGroups['Storage and processes'],
  ...settingGroups['HTTP server'],
  ...settingGroups['Sending webhooks'],
  ...settingGroups['Limits of requests'],
  ...settingGroups.Quotas,
  ...settingGroups['Database connections'],
};

export type SettingName = keyof typeof settings;

type Schemas = { [Name in SettingName]: (typeof settings)[Name]['schema'] };

/** Parses the texts of settings into their values. */
export const settingsSchema = z.object(
  Object.fromEntries(Object.entries(settings).map(([name, { schema }]) => [name, schema])) as Schemas,
);
