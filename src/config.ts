import { z } from 'zod';
import { parseCidrs } from './cidrs.ts';

/** Thrown by `loadConfig` with every problem found, one a line, so that one start shows them all. */
export class ConfigError extends Error {}

export const roles = ['api', 'sender', 'janitor'] as const;
export type Role = (typeof roles)[number];

/** Seconds after each failed attempt: the example of the Standard Webhooks specification, about 75 hours in all. */
const defaultRetryScheduleSeconds = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

const integer = (minimum: number, maximum: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().min(minimum).max(maximum));

const list = z.string().transform(text =>
  text
    .split(',')
    .map(entry => entry.trim())
    .filter(entry => entry !== ''),
);

const cidrs = list.superRefine((entries, context) => {
  const parsed = parseCidrs(entries);
  if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.message });
});

const flag = z.enum(['true', 'false']).transform(text => text === 'true');

/** An IPv4 or IPv6 address; with a port, the latter in brackets. */
const dnsServer = /^(\d{1,3}(\.\d{1,3}){3}(:\d{1,5})?|[0-9a-f:.]*:[0-9a-f:.]*|\[[0-9a-f:.]+\](:\d{1,5})?)$/i;

const environment = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgresql://')
    .optional(),
  REDIS_URL: z
    .string()
    .regex(
      /^rediss?(\+cluster|\+sentinel)?:\/\//,
      'must begin with redis[s]://, redis[s]+cluster:// or redis[s]+sentinel://',
    )
    .optional(),
  FEED_LOG_BYTES: integer(1_048_576, 64 * 2 ** 30).default(67_108_864),
  DATA_DIR: z.string().default('.data'),
  HOST: z.string().default('127.0.0.1'),
  PORT: integer(0, 65_535).default(4000),
  PUBLIC_PATH: z
    .string()
    .regex(/^\/?([\w.~-]+\/?)*$/, 'must be a path such as /hooks/')
    .transform(path => `/${path}/`.replace(/\/+/g, '/'))
    .default('/'),
  METRICS_PORT: integer(0, 65_535).optional(),
  ROOT_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{16,}$/, 'must be at least 16 visible ASCII characters, such as from: openssl rand -hex 24')
    .optional(),
  ENCRYPTION_KEY: z
    .string()
    .refine(
      text => /^[A-Za-z0-9+/]{43}=$/.test(text),
      'must be 32 bytes in base64, such as from: openssl rand -base64 32',
    )
    .optional(),
  ROLES: list.pipe(z.array(z.enum(roles)).min(1, 'must name at least one role')).default([...roles]),
  EGRESS_ALLOW: cidrs.default([]),
  EGRESS_DENY: cidrs.default([]),
  EGRESS_PROXY: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).optional(),
  EGRESS_DNS_SERVERS: list
    .pipe(z.array(z.string().regex(dnsServer, 'must be addresses such as 9.9.9.9, 9.9.9.9:5353 or [2620:fe::fe]:53')))
    .default([]),
  DELIVERY_TIMEOUT_MS: integer(100, 60_000).default(10_000),
  RETRY_SCHEDULE_SECONDS: list
    .pipe(z.array(integer(0, 604_800)).max(30, 'must hold at most 30 entries'))
    .default(defaultRetryScheduleSeconds),
  ENDPOINT_DISABLE_AFTER_SECONDS: integer(0, 31_536_000).default(432_000),
  SENDER_CONCURRENCY: integer(1, 100_000).default(256),
  ENDPOINT_CONCURRENCY: integer(1, 10_000).default(32),
  RETENTION_DAYS: integer(0, 36_500).default(30),
  MAX_PAYLOAD_BYTES: integer(1, 64 * 2 ** 20).default(262_144),
  TEMPLATE_BUDGET_MS: integer(1, 10_000).default(250),
  MAX_RESPONSE_BYTES: integer(0, 64 * 2 ** 20).default(65_536),
  MAX_REQUEST_BYTES: integer(1024, 512 * 2 ** 20).default(8_388_608),
  DOCUMENT_CPU_MS_PER_SECOND: integer(0, 1000).default(200),
  MAX_ANSWER_BYTES: integer(65_536, 512 * 2 ** 20).default(16_777_216),
  API_RATE_LIMIT: integer(0, 1_000_000).default(2000),
  MAX_SOCKETS_PER_KEY: integer(1, 10_000_000).default(10_000),
  MAX_OPERATIONS_PER_SOCKET: integer(1, 100_000).default(100),
  MAX_MESSAGES_PER_SECOND: integer(1, 1_000_000).default(200),
  MAX_BUFFERED_BYTES: integer(65_536, 512 * 2 ** 20).default(1_048_576),
  MAX_BUFFERED_BYTES_PER_KEY: integer(33_554_432, 4 * 2 ** 30).default(67_108_864),
  MAX_CONNECTIONS: integer(16, 10_000_000).default(20_000),
  MAX_CONNECTIONS_PER_ADDRESS: integer(1, 10_000_000).default(12_000),
  MAX_UNAUTHENTICATED_CONNECTIONS: integer(1, 10_000_000).default(2_000),
  MAX_UNAUTHENTICATED_CONNECTIONS_PER_ADDRESS: integer(1, 10_000_000).default(1_000),
  MAX_FAILED_SIGN_INS_PER_MINUTE: integer(1, 1_000_000).default(60),
  TRUST_PROXY: z
    .union([integer(0, 10).transform(hops => ({ hops })), cidrs], {
      error: 'must be the number of proxies before this server (0 to 10), or their CIDRs such as 10.0.0.0/8',
    })
    .default({ hops: 0 }),
  OPERATION_TIMEOUT_MS: integer(1, 3_600_000).default(10_000),
  INTROSPECTION: flag.default(true),
  TRUSTED_DOCUMENTS: z.string().optional(),
  TRUSTED_DOCUMENTS_ONLY: flag.default(false),
  CORS_ORIGINS: list
    .pipe(z.array(z.string().regex(/^(\*|https?:\/\/[^/]+)$/, 'must be origins such as https://shop.example, or *')))
    .default(['*']),
  PORTAL_FRAME_ANCESTORS: list
    .pipe(
      z.array(
        z
          .string()
          .regex(
            /^https?:\/\/(\*\.)?[\w.-]+(:\d+)?$/,
            'must be origins such as https://app.example or https://*.app.example',
          ),
      ),
    )
    .default([]),
  MAX_ENDPOINTS: integer(1, 1_000_000).default(1000),
  MAX_EVENT_TYPES: integer(1, 1_000_000).default(5000),
  MAX_EVENT_TYPES_PER_ENDPOINT: integer(1, 10_000).default(100),
  MAX_HEADERS_PER_ENDPOINT: integer(0, 1000).default(50),
  MAX_API_KEYS: integer(1, 1_000_000).default(1000),
  MAX_PORTAL_TOKENS: integer(1, 10_000_000).default(10_000),
  MAX_BULK_OPERATIONS: integer(1, 10_000).default(100),
  MAX_BULK_OPERATIONS_PER_ENDPOINT: integer(1, 10_000).default(5),
  MAX_REDACTION_PATHS: integer(0, 1000).default(200),
  MAX_TENANTS: integer(1, 10_000_000).default(10_000),
  STATEMENT_TIMEOUT_MS: integer(1, 3_600_000).default(5000),
  API_DATABASE_CONNECTIONS: integer(1, 10_000).default(16),
  PUBLISH_DATABASE_CONNECTIONS: integer(1, 10_000).default(8),
  MAX_DATABASE_CONNECTIONS_PER_TENANT: integer(1, 10_000).default(4),
  MAX_WAITING_STATEMENTS: integer(1, 1_000_000).default(10_000),
  MAX_WAITING_STATEMENTS_PER_TENANT: integer(1, 1_000_000).default(2000),
  SHUTDOWN_GRACE_MS: integer(0, 3_600_000).default(15_000),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export interface Config {
  readonly roles: readonly Role[];
  readonly logLevel: string;
  readonly shutdownGraceMs: number;
  readonly dataDir: string;
  /** Null where the embedded database makes them on first start and keeps them in `dataDir`. */
  readonly secrets: { readonly rootApiKey: string | null; readonly encryptionKey: string | null };
  /** `url` null: the embedded PostgreSQL. */
  readonly database: {
    readonly url: string | null;
    readonly statementTimeoutMs: number;
    readonly retentionDays: number;
    /** Connections of one process for what operations read and change, and for publishing. */
    readonly apiConnections: number;
    readonly publishConnections: number;
    /** How tenants share each of these two pools: see `FairLimits`. */
    readonly fairLimits: {
      readonly connectionsPerTenant: number;
      readonly maxWaitingPerTenant: number;
      readonly maxWaiting: number;
    };
  };
  /** `redisUrl` null: the feed stays in this process. `logBytes`: of this process in all, in Redis for each tenant. */
  readonly feed: { readonly redisUrl: string | null; readonly logBytes: number };
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly metricsPort: number | null;
    readonly maxRequestBytes: number;
    /** Of one answer, and of one update of a subscription. */
    readonly maxAnswerBytes: number;
    readonly operationTimeoutMs: number;
    readonly introspection: boolean;
    /** CPU time that a key may spend on new documents; 0: no bound. */
    readonly documentCpuMsPerSecond: number;
    /** Where a proxy serves the dashboard and the API, with a slash at both ends. */
    readonly publicPath: string;
    readonly corsOrigins: readonly string[];
    /** Whose pages may show the dashboard in a frame; none: nobody's. */
    readonly frameAncestors: readonly string[];
    /** Requests per second of each key; 0: no limit. */
    readonly requestsPerSecond: number;
    readonly maxSocketsPerKey: number;
    readonly maxBufferedBytesPerKey: number;
    readonly maxFailedSignInsPerMinute: number;
    readonly connectionLimits: {
      readonly maxConnections: number;
      readonly maxConnectionsPerAddress: number;
      readonly maxUnauthenticated: number;
      readonly maxUnauthenticatedPerAddress: number;
    };
    /** Which peers may name the client that they connect for: the last `hops` proxies, or those in `cidrs`. */
    readonly trustedProxies: { readonly hops: number } | { readonly cidrs: readonly string[] };
    readonly socketLimits: {
      readonly operationsPerSocket: number;
      readonly messagesPerSecond: number;
      readonly maxBufferedBytes: number;
    };
  };
  /** `path` null: no document is known by an id. `isOnly`: no other is answered. */
  readonly trustedDocuments: { readonly path: string | null; readonly isOnly: boolean };
  readonly delivery: {
    readonly maxPayloadBytes: number;
    readonly defaultTimeoutMs: number;
    readonly defaultRetryScheduleSeconds: readonly number[];
    readonly disableAfterSeconds: number;
  };
  /** The processor time for rendering templates that a tenant has in each process. */
  readonly templates: { readonly budgetMsPerSecond: number };
  /** How many of each thing one tenant may have, and how many tenants there may be (`tenants`). */
  readonly quotas: {
    /** Endpoints that are not deleted. */
    readonly endpoints: number;
    /** Event types that were published, without those that retention has forgotten. */
    readonly eventTypes: number;
    /** Event types and prefixes that one endpoint subscribes to. */
    readonly eventTypesPerEndpoint: number;
    /** Custom headers of one endpoint. */
    readonly headersPerEndpoint: number;
    /** API keys that are neither revoked nor expired. */
    readonly apiKeys: number;
    /** Portal tokens that are neither revoked nor expired. */
    readonly portalTokens: number;
    /** Bulk operations that are RUNNING. */
    readonly bulkOperations: number;
    /** RUNNING bulk operations that portal tokens have started for one endpoint. */
    readonly bulkOperationsPerEndpoint: number;
    readonly redactionPaths: number;
    readonly tenants: number;
  };
  readonly egress: {
    readonly allow: readonly string[];
    readonly deny: readonly string[];
    readonly proxy: string | null;
    readonly dnsServers: readonly string[];
    readonly maxResponseBytes: number;
  };
  readonly sender: { readonly concurrency: number; readonly endpointConcurrency: number };
}

/**
 * The whole configuration from environment variables. Pure; reads no file. Lists are comma-separated, `''` is unset.
 *
 * @throws ConfigError naming every variable that is wrong or missing.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(set);
  const problems = parsed.success
    ? findConflicts(parsed.data)
    : parsed.error.issues.map(issue => `${String(issue.path[0])}: ${issue.message}`);
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems.join('\n'));
  const e = parsed.data;
  return {
    roles: e.ROLES,
    logLevel: e.LOG_LEVEL,
    shutdownGraceMs: e.SHUTDOWN_GRACE_MS,
    dataDir: e.DATA_DIR,
    secrets: { rootApiKey: e.ROOT_API_KEY ?? null, encryptionKey: e.ENCRYPTION_KEY ?? null },
    database: {
      url: e.DATABASE_URL ?? null,
      statementTimeoutMs: e.STATEMENT_TIMEOUT_MS,
      retentionDays: e.RETENTION_DAYS,
      apiConnections: e.API_DATABASE_CONNECTIONS,
      publishConnections: e.PUBLISH_DATABASE_CONNECTIONS,
      fairLimits: {
        connectionsPerTenant: e.MAX_DATABASE_CONNECTIONS_PER_TENANT,
        maxWaitingPerTenant: e.MAX_WAITING_STATEMENTS_PER_TENANT,
        maxWaiting: e.MAX_WAITING_STATEMENTS,
      },
    },
    feed: { redisUrl: e.REDIS_URL ?? null, logBytes: e.FEED_LOG_BYTES },
    server: {
      host: e.HOST,
      port: e.PORT,
      metricsPort: e.METRICS_PORT ?? null,
      maxRequestBytes: e.MAX_REQUEST_BYTES,
      maxAnswerBytes: e.MAX_ANSWER_BYTES,
      operationTimeoutMs: e.OPERATION_TIMEOUT_MS,
      publicPath: e.PUBLIC_PATH,
      introspection: e.INTROSPECTION,
      documentCpuMsPerSecond: e.DOCUMENT_CPU_MS_PER_SECOND,
      corsOrigins: e.CORS_ORIGINS,
      frameAncestors: e.PORTAL_FRAME_ANCESTORS,
      requestsPerSecond: e.API_RATE_LIMIT,
      maxSocketsPerKey: e.MAX_SOCKETS_PER_KEY,
      maxBufferedBytesPerKey: e.MAX_BUFFERED_BYTES_PER_KEY,
      maxFailedSignInsPerMinute: e.MAX_FAILED_SIGN_INS_PER_MINUTE,
      connectionLimits: {
        maxConnections: e.MAX_CONNECTIONS,
        maxConnectionsPerAddress: e.MAX_CONNECTIONS_PER_ADDRESS,
        maxUnauthenticated: e.MAX_UNAUTHENTICATED_CONNECTIONS,
        maxUnauthenticatedPerAddress: e.MAX_UNAUTHENTICATED_CONNECTIONS_PER_ADDRESS,
      },
      trustedProxies: Array.isArray(e.TRUST_PROXY) ? { cidrs: e.TRUST_PROXY } : e.TRUST_PROXY,
      socketLimits: {
        operationsPerSocket: e.MAX_OPERATIONS_PER_SOCKET,
        messagesPerSecond: e.MAX_MESSAGES_PER_SECOND,
        maxBufferedBytes: e.MAX_BUFFERED_BYTES,
      },
    },
    trustedDocuments: { path: e.TRUSTED_DOCUMENTS ?? null, isOnly: e.TRUSTED_DOCUMENTS_ONLY },
    delivery: {
      maxPayloadBytes: e.MAX_PAYLOAD_BYTES,
      defaultTimeoutMs: e.DELIVERY_TIMEOUT_MS,
      defaultRetryScheduleSeconds: e.RETRY_SCHEDULE_SECONDS,
      disableAfterSeconds: e.ENDPOINT_DISABLE_AFTER_SECONDS,
    },
    templates: { budgetMsPerSecond: e.TEMPLATE_BUDGET_MS },
    quotas: {
      endpoints: e.MAX_ENDPOINTS,
      eventTypes: e.MAX_EVENT_TYPES,
      eventTypesPerEndpoint: e.MAX_EVENT_TYPES_PER_ENDPOINT,
      headersPerEndpoint: e.MAX_HEADERS_PER_ENDPOINT,
      apiKeys: e.MAX_API_KEYS,
      portalTokens: e.MAX_PORTAL_TOKENS,
      bulkOperations: e.MAX_BULK_OPERATIONS,
      bulkOperationsPerEndpoint: e.MAX_BULK_OPERATIONS_PER_ENDPOINT,
      redactionPaths: e.MAX_REDACTION_PATHS,
      tenants: e.MAX_TENANTS,
    },
    egress: {
      allow: e.EGRESS_ALLOW,
      deny: e.EGRESS_DENY,
      proxy: e.EGRESS_PROXY ?? null,
      dnsServers: e.EGRESS_DNS_SERVERS,
      maxResponseBytes: e.MAX_RESPONSE_BYTES,
    },
    sender: { concurrency: e.SENDER_CONCURRENCY, endpointConcurrency: e.ENDPOINT_CONCURRENCY },
  };
}

function findConflicts(e: z.infer<typeof environment>): string[] {
  const problems: string[] = [];
  if (e.DATABASE_URL !== undefined) {
    if (e.ROOT_API_KEY === undefined) problems.push('ROOT_API_KEY: required where DATABASE_URL is set');
    if (e.ENCRYPTION_KEY === undefined) problems.push('ENCRYPTION_KEY: required where DATABASE_URL is set');
  }
  if (e.REDIS_URL === undefined && !(e.ROLES.includes('api') && e.ROLES.includes('sender'))) {
    problems.push(
      'REDIS_URL: required where ROLES does not name both api and sender: the feed must reach the other process',
    );
  }
  if (e.DATABASE_URL === undefined && e.ROLES.length < roles.length) {
    problems.push(
      'DATABASE_URL: required where ROLES leaves a role to another process: the embedded database has one owner',
    );
  }
  if (e.TRUSTED_DOCUMENTS_ONLY && e.TRUSTED_DOCUMENTS === undefined) {
    problems.push('TRUSTED_DOCUMENTS: required where TRUSTED_DOCUMENTS_ONLY is true: else nothing would be answered');
  }
  return problems;
}

/**
 * Variables that are probably meant as settings, with the name that was probably meant: those that differ from one in at
 * most two letters, or only by a prefix `LIVEHOOK_`.
 */
export function findMisspeltSettings(
  env: Readonly<Record<string, string | undefined>>,
): { readonly name: string; readonly suggestion: string }[] {
  const known = Object.keys(environment.shape);
  return Object.keys(env).flatMap(name => {
    if (known.includes(name)) return [];
    const bare = name.replace(/^LIVEHOOK_/, '');
    const maxDistance = bare.length < 6 ? 0 : bare.length < 9 ? 1 : 2;
    const suggestion = known.find(each => countEdits(bare, each) <= maxDistance);
    return suggestion === undefined ? [] : [{ name, suggestion }];
  });
}

/** The Levenshtein distance: how many letters have to be inserted, removed or replaced. */
function countEdits(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (previous[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
      row.push(Math.min((previous[j] as number) + 1, (row[j - 1] as number) + 1, replaced));
    }
    previous = row;
  }
  return previous[to.length] as number;
}
