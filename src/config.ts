import type { z } from 'zod';
import { ConfigError } from './config/config-error.ts';
import { findNearestSetting } from './config/nearest-setting.ts';
import { roles } from './config/setting-types.ts';
import { settings, settingsSchema } from './config/settings.ts';

export type Role = (typeof roles)[number];

export interface Config {
  readonly roles: readonly Role[];
  /** The number of api processes that share the port. */
  readonly workers: number;
  readonly logLevel: string;
  readonly shutdownGraceMs: number;
  readonly dataDir: string;
  /**
   * The given keys. Null if a key is not given. The first start with the embedded database then creates it in
   * `dataDir`.
   */
  readonly secrets: { readonly rootApiKey: string | null; readonly encryptionKey: string | null };
  /** A null `url` means the embedded PostgreSQL. */
  readonly database: {
    readonly url: string | null;
    readonly statementTimeoutMs: number;
    readonly retentionDays: number;
    /** The number of database connections of one process for GraphQL operations. */
    readonly apiConnections: number;
    /** The number of database connections of one process for publishing events. */
    readonly publishConnections: number;
    /** The largest part of the API pool, and of the publish pool, that one tenant may use: see `FairLimits`. */
    readonly fairLimits: {
      readonly connectionsPerTenant: number;
      readonly maxWaitingPerTenant: number;
      readonly maxWaiting: number;
    };
  };
  /**
   * With a null `redisUrl`, the feed exists only in the memory of this process. `logBytes` limits the feed's log: all
   * of it in memory, or one log per tenant in Redis.
   */
  readonly feed: { readonly redisUrl: string | null; readonly logBytes: number };
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly metricsPort: number | null;
    readonly maxRequestBytes: number;
    /** The limit of one response, and of one update of a subscription. */
    readonly maxAnswerBytes: number;
    readonly operationTimeoutMs: number;
    readonly introspection: boolean;
    /** The CPU time in ms per second that an API key may use to parse and validate new documents. 0: no limit. */
    readonly documentCpuMsPerSecond: number;
    /** The path under which a proxy serves the dashboard and the API, with a slash at both ends. */
    readonly publicPath: string;
    readonly corsOrigins: readonly string[];
    /** The origins whose pages may show the dashboard in a frame. Empty: none. */
    readonly frameAncestors: readonly string[];
    readonly portalRefreshUrl: string | null;
    /** The brand of the dashboard and the portal. `accentColor` is `#rrggbb`. */
    readonly brand: {
      readonly name: string;
      readonly logoUrl: string | null;
      readonly accentColor: string | null;
      readonly theme: 'system' | 'light' | 'dark';
    };
    /** The number of requests that each API key may send per second. 0: no limit. */
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
    /** The proxies whose `X-Forwarded-For` is believed: the last `hops` ones, or those with an address in `cidrs`. */
    readonly trustedProxies: { readonly hops: number } | { readonly cidrs: readonly string[] };
    readonly socketLimits: {
      readonly operationsPerSocket: number;
      readonly messagesPerSecond: number;
      readonly maxBufferedBytes: number;
    };
  };
  /**
   * The file of trusted documents. If `path` is null, there are none. If `isOnly` is true, all other documents are
   * rejected.
   */
  readonly trustedDocuments: { readonly path: string | null; readonly isOnly: boolean };
  readonly delivery: {
    readonly maxPayloadBytes: number;
    readonly defaultTimeoutMs: number;
    readonly defaultRetryScheduleSeconds: readonly number[];
    readonly disableAfterSeconds: number;
  };
  /** The CPU time per second that a tenant may use in each process to render templates. */
  readonly templates: { readonly budgetMsPerSecond: number };
  /**
   * The largest number of objects of each type that one tenant may have. `tenants` limits the number of tenants.
   */
  readonly quotas: {
    /** The largest number of endpoints, not counting deleted ones. */
    readonly endpoints: number;
    /**
     * The largest number of event types that have events. The janitor deletes a type after retention has removed its
     * last event.
     */
    readonly eventTypes: number;
    /** The largest number of event types and prefixes that one endpoint subscribes to. */
    readonly eventTypesPerEndpoint: number;
    /** The largest number of custom headers of one endpoint. */
    readonly headersPerEndpoint: number;
    /** The largest number of API keys that are neither revoked nor expired. */
    readonly apiKeys: number;
    /** The largest number of portal tokens that are neither revoked nor expired. */
    readonly portalTokens: number;
    /** The largest number of RUNNING bulk operations of one tenant. */
    readonly bulkOperations: number;
    /** The largest number of RUNNING bulk operations that portal tokens have started for one endpoint. */
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
 * Parses settings, given as texts by name, into a configuration. It is pure and reads no file. Lists are
 * comma-separated, `''` means unset, and unknown names are ignored.
 *
 * @param options.requiresSecrets Whether DATABASE_URL also requires ROOT_API_KEY and ENCRYPTION_KEY. Default: true.
 * @throws ConfigError naming every setting that is wrong or missing.
 */
export function loadConfig(
  texts: Readonly<Record<string, string | undefined>>,
  { requiresSecrets = true }: { readonly requiresSecrets?: boolean } = {},
): Config {
  const set = Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = settingsSchema.safeParse(set);
  const problems = parsed.success
    ? findConflicts(parsed.data, requiresSecrets)
    : parsed.error.issues.map(issue => `${String(issue.path[0])}: ${issue.message}`);
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const e = parsed.data;
  return {
    roles: e.ROLES,
    workers: e.WORKERS,
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
      portalRefreshUrl: e.PORTAL_REFRESH_URL ?? null,
      brand: {
        name: e.BRAND_NAME,
        logoUrl: e.BRAND_LOGO_URL ?? null,
        accentColor: e.BRAND_ACCENT_COLOR ?? null,
        theme: e.BRAND_THEME,
      },
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

function findConflicts(e: z.infer<typeof settingsSchema>, requiresSecrets: boolean): string[] {
  const problems: string[] = [];
  if (e.DATABASE_URL !== undefined && requiresSecrets) {
    if (e.ROOT_API_KEY === undefined) problems.push('ROOT_API_KEY: required where DATABASE_URL is set');
    if (e.ENCRYPTION_KEY === undefined) problems.push('ENCRYPTION_KEY: required where DATABASE_URL is set');
  }
  if (e.REDIS_URL === undefined && !(e.ROLES.includes('api') && e.ROLES.includes('sender'))) {
    problems.push(
      'REDIS_URL: required where ROLES does not name both api and sender: the feed must reach the other process',
    );
  }
  if (e.WORKERS > 1 && !e.ROLES.includes('api')) {
    problems.push('WORKERS: needs the role api in ROLES: it is the number of api processes');
  }
  if (e.WORKERS > 1 && e.REDIS_URL === undefined) {
    problems.push('REDIS_URL: required where WORKERS is above 1: the feed must reach the other processes');
  }
  if (e.DATABASE_URL === undefined && e.ROLES.length < roles.length) {
    problems.push(
      'DATABASE_URL: required where ROLES leaves a role to another process: the embedded database has one owner',
    );
  }
  if (e.TRUSTED_DOCUMENTS_ONLY && e.TRUSTED_DOCUMENTS === undefined) {
    problems.push(
      'TRUSTED_DOCUMENTS: required where TRUSTED_DOCUMENTS_ONLY is true, because all other operations are rejected',
    );
  }
  return problems;
}

/**
 * Finds environment variables that look like a misspelled setting, and suggests the setting that was probably meant:
 * one whose name differs in at most two letters, or only by the prefix `LIVEHOOK_`.
 */
export function findMisspeltSettings(
  env: Readonly<Record<string, string | undefined>>,
): { readonly name: string; readonly suggestion: string }[] {
  return Object.keys(env).flatMap(name => {
    const setting = name.replace(/_FILE$/, '');
    if (name in settings || (setting !== name && setting in settings)) return [];
    const bare = name.replace(/^LIVEHOOK_/, '');
    const maxDistance = bare.length < 6 ? 0 : bare.length < 9 ? 1 : 2;
    const nearest = findNearestSetting(bare);
    return nearest.distance <= maxDistance ? [{ name, suggestion: nearest.name }] : [];
  });
}
