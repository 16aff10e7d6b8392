import type { Pool } from 'pg';
import { parseCidrs } from './cidrs.ts';
import type { Config } from './config.ts';
import { createPrisma } from './database/client.ts';
import { openDatabaseClock } from './database/clock.ts';
import { openEmbeddedPostgres } from './database/embedded.ts';
import { createEncryption } from './database/encryption.ts';
import type { FairLimits } from './database/fair-pool.ts';
import { applyMigrations } from './database/migrate.ts';
import { ensurePartitions, partitionRange } from './database/partitions.ts';
import {
  type DatabaseFeatures,
  inspectDatabase,
  keptPlans,
  openPool,
  type PoolOptions,
  withClient,
} from './database/pool.ts';
import { createAnnouncer } from './domain/announcements/announcer.ts';
import { openOutboxRecovery } from './domain/announcements/outbox-recovery.ts';
import type { Services } from './domain/context.ts';
import { createEventWriter } from './domain/events/event-writer.ts';
import { recordPublishLimits } from './domain/events/record-publish-limits.ts';
import { createRouting } from './domain/events/routing.ts';
import { createPortalTokenSigner } from './domain/portal-tokens/portal-token-signer.ts';
import { createAddressPolicy } from './egress/address-guard.ts';
import { openConnections } from './egress/connections.ts';
import { createHostsFile } from './egress/hosts-file.ts';
import { createResolver } from './egress/resolver.ts';
import { createSend } from './egress/send.ts';
import { openTemplateRenderer } from './egress/templates/renderer.ts';
import { openFeed } from './feed/open-feed.ts';
import { type Janitor, openJanitor } from './janitor/janitor.ts';
import type { Logger } from './log.ts';
import { openMemoryTrimmer } from './memory-trimmer.ts';
import type { Secrets } from './secrets.ts';
import { openRateLimiter } from './sender/rate-limiter.ts';
import { openSender, type Sender } from './sender/sender.ts';
import { maxOpenFiles } from './server/built-file.ts';
import { checkPorts } from './server/check-ports.ts';
import { countConnectionDescriptors } from './server/descriptors.ts';
import type { ReadinessCheck } from './server/health.ts';
import { createMetrics } from './server/metrics.ts';
import { openRequestLimiter, type RequestLimiter } from './server/request-limiter.ts';
import { openServer } from './server/server.ts';
import { SignInLinks } from './server/sign-in-links.ts';
import { readTrustedDocuments, type TrustedDocuments } from './server/trusted-documents.ts';
import { ShutdownDeadline } from './shutdown.ts';
import { version } from './version.ts';
import type { Child } from './workers/child.ts';

export interface AppOptions {
  /** The deadline for closing. Default: `SHUTDOWN_GRACE_MS` after the app is closed. */
  readonly deadline?: ShutdownDeadline;
  /** Aborting it while the app is starting makes the start fail. It has no effect afterwards. */
  readonly signal?: AbortSignal;
  /**
   * Set if a supervisor started this process. The supervisor has already checked the ports, and merges the metrics of
   * all workers.
   */
  readonly child?: Pick<Child, 'shareMetrics'> | null;
}

export interface App extends AsyncDisposable {
  /** The URL at which the server listens, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly services: Services;
  /**
   * Creates a link that signs in to the dashboard with the root key, once and within 10 minutes. Null without the role
   * api, or if `DATABASE_URL` is set: on such a server, other people may read the output to which links are printed.
   */
  createSignInLink(): string | null;
}

/** The sizes of connection pools. Authentication and other short queries of every request use the system pool. */
const systemConnections = 4;
const senderConnections = 8;
const janitorConnections = 4;

/**
 * The number of file descriptors that client connections leave free for database and Redis connections, idle
 * connections to receivers, and files of the dashboard.
 */
const otherDescriptors = 150 + maxOpenFiles;

/** The name of all sessions of this application in `pg_stat_activity`. */
const applicationName = 'livehook';

/**
 * Forces index scans: a plan that PostgreSQL cached while a table was empty would scan the whole table once it is
 * large.
 */
const apiSessionSettings = { enable_seqscan: 'off' };

/**
 * Opens every part that the roles need. Closing happens in reverse: HTTP and sockets stop, the sender drains, then the
 * feed and PostgreSQL close, all within one deadline. The app can also be closed after a failed start, and more than
 * once.
 *
 * @throws the error of the part that cannot be opened. Parts that were open are closed.
 */
export async function openApp(
  config: Config,
  secrets: Secrets,
  log: Logger,
  {
    deadline = new ShutdownDeadline(config.shutdownGraceMs),
    signal = new AbortController().signal,
    child = null,
  }: AppOptions = {},
): Promise<App> {
  await using opening = new AsyncDisposableStack();
  opening.use(openMemoryTrimmer());
  // The trusted documents are read before the migrations, so that an invalid file stops the start before anything has
  // changed.
  const trustedDocuments = await readTrustedDocumentsOf(config);
  if (!child) await checkPorts(config.server);
  const connectionString =
    config.database.url ??
    opening.use(
      await openEmbeddedPostgres({
        dataDir: config.dataDir,
        log,
        signal,
        getStopGraceMs: () => deadline.remainingMs / 2,
      }),
    ).connectionString;
  const features = await inspectDatabase({ connectionString, applicationName, log });
  if (features.usesTransactionPooler) log.info('DATABASE_URL leads to a pooler that assigns sessions by transaction');
  const open = (max: number, settings: Readonly<Record<string, string>>, fairLimits?: FairLimits) =>
    openPoolFor(opening, config, connectionString, { max, settings, fairLimits, log, ...features });
  const systemPool = open(systemConnections, apiSessionSettings);
  const applied = await applyMigrations(systemPool, { log, signal });
  signal.throwIfAborted();
  if (applied.length > 0) log.info({ migrations: applied }, 'the database was migrated');
  const clock = opening.use(await openDatabaseClock({ pool: systemPool, log }));
  await withClient(systemPool, client => ensurePartitions(client, partitionRange(clock.now())));
  const { apiConnections, publishConnections, fairLimits } = config.database;
  const pool = open(apiConnections, apiSessionSettings, fairLimits);
  const publishPool = open(publishConnections, keptPlans, fairLimits);
  const prisma = createPrisma(pool);
  opening.defer(() => prisma.$disconnect());

  const feed = opening.use(await openFeed({ url: config.feed.redisUrl, maxBytes: config.feed.logBytes, log }));
  const metrics = createMetrics();
  const routing = createRouting(systemPool);
  const announcer = opening.use(metrics.count(createAnnouncer(systemPool, feed, log, routing)));
  opening.use(openOutboxRecovery(systemPool, feed, log));
  const services: Services = {
    pool,
    publishPool,
    systemPool,
    prisma,
    clock,
    encryption: createEncryption(secrets.encryptionKey),
    portalTokens: createPortalTokenSigner(secrets.encryptionKey),
    feed,
    announcer,
    routing,
    eventWriter: createEventWriter({ pool: publishPool, announcer, feed }),
    templates: opening.use(
      openTemplateRenderer({ ...config.templates, maxPayloadBytes: config.delivery.maxPayloadBytes }),
    ),
    log,
    addressPolicy: createPolicy(config),
    limits: {
      ...config.delivery,
      maxResponseBytes: config.egress.maxResponseBytes,
      retentionDays: config.database.retentionDays,
    },
    quotas: config.quotas,
  };

  await recordPublishLimits(systemPool, services);
  const janitor = config.roles.includes('janitor')
    ? openJanitor({
        // The janitor has its own pool, so that its long statements never use up the connections of requests.
        services: { ...services, pool: open(janitorConnections, apiSessionSettings) },
        retentionDays: config.database.retentionDays,
        onOldestSnapshot: metrics.recordOldestSnapshot,
        onInboxBacklog: metrics.recordInboxBacklog,
      })
    : null;
  if (janitor) opening.use(janitor);
  const sender = config.roles.includes('sender')
    ? openSenderFor(opening, config, services, { connectionString, ...features }, deadline)
    : null;
  const signInLinks = config.database.url === null && config.roles.includes('api') ? new SignInLinks() : null;
  const server = opening.use(
    await openServer({
      ...config.server,
      ...limitConnections(config),
      onFailedSignIn: metrics.countFailedSignIn,
      trustedDocuments,
      services,
      metrics: child?.shareMetrics(metrics.registry) ?? metrics,
      // This is a getter because the server reads the remaining time when it closes, not when it opens.
      get shutdownGraceMs() {
        return deadline.remainingDrainMs;
      },
      readiness: loops(janitor, sender),
      requestLimiter: openRequestLimiterFor(opening, config, log),
      api: config.roles.includes('api') ? { rootApiKey: secrets.rootApiKey, signInLinks } : null,
    }),
  );

  const opened = opening.move();
  return {
    url: `http://${urlHost(config.server.host)}:${server.port}`,
    services,
    createSignInLink() {
      const page = `http://${urlHost(localHost(config.server.host))}:${server.port}${config.server.publicPath}`;
      return signInLinks && `${page}#sign-in=${signInLinks.createToken()}`;
    },
    async [Symbol.asyncDispose]() {
      deadline.start();
      // The sender starts to drain now, because it shares its time limit with the requests that the server finishes.
      void sender?.drain(deadline.drainSignal);
      await opened.disposeAsync();
    },
  };
}

async function readTrustedDocumentsOf({
  trustedDocuments: { path, isOnly },
}: Config): Promise<TrustedDocuments | null> {
  return path === null ? null : readTrustedDocuments(path, isOnly);
}

function openPoolFor(
  opening: AsyncDisposableStack,
  config: Config,
  connectionString: string,
  options: DatabaseFeatures & Pick<PoolOptions, 'max' | 'settings' | 'fairLimits' | 'log'>,
): Pool {
  const pool = openPool({
    ...options,
    connectionString,
    statementTimeoutMs: config.database.statementTimeoutMs,
    applicationName,
  });
  opening.defer(() => pool.end());
  return pool;
}

function openSenderFor(
  opening: AsyncDisposableStack,
  config: Config,
  services: Services,
  { connectionString, ...features }: DatabaseFeatures & Pick<PoolOptions, 'connectionString'>,
  deadline: ShutdownDeadline,
): Sender {
  const resolver = createResolver({
    policy: services.addressPolicy,
    hostsFile: createHostsFile(),
    servers: config.egress.dnsServers,
  });
  const connections = opening.use(
    openConnections({ policy: services.addressPolicy, resolver, proxyUrl: config.egress.proxy }),
  );
  const sender = openSender({
    ...services,
    // The sender has its own pool, so that requests that wait for a connection never delay a delivery.
    pool: openPoolFor(opening, config, connectionString, {
      max: senderConnections,
      settings: keptPlans,
      log: services.log,
      ...features,
    }),
    rateLimiter: opening.use(openRateLimiter(config.feed.redisUrl, services.clock, services.log)),
    send: createSend({ connections, maxResponseBytes: config.egress.maxResponseBytes }),
    userAgent: `Livehook/${version}`,
    concurrency: config.sender.concurrency,
    endpointConcurrency: config.sender.endpointConcurrency,
    defaultTimeoutMs: config.delivery.defaultTimeoutMs,
    defaultRetryScheduleSeconds: config.delivery.defaultRetryScheduleSeconds,
  });
  opening.defer(() => sender.drain(deadline.drainSignal));
  return sender;
}

function openRequestLimiterFor(opening: AsyncDisposableStack, config: Config, log: Logger): RequestLimiter | null {
  const { requestsPerSecond } = config.server;
  if (requestsPerSecond === 0 || !config.roles.includes('api')) return null;
  return opening.use(openRequestLimiter({ requestsPerSecond, redisUrl: config.feed.redisUrl, log }));
}

/** Limits client connections to the file descriptors that the sender, the connection pools and files do not need. */
function limitConnections({ server, sender }: Config) {
  const { connectionLimits, trustedProxies } = server;
  const available = countConnectionDescriptors(sender.concurrency + otherDescriptors);
  return {
    connectionLimits: { ...connectionLimits, maxConnections: Math.min(connectionLimits.maxConnections, available) },
    trustedProxies: 'cidrs' in trustedProxies ? { cidrs: requireCidrs(trustedProxies.cidrs) } : trustedProxies,
  };
}

function createPolicy(config: Config) {
  return createAddressPolicy(requireCidrs(config.egress.allow), { denied: requireCidrs(config.egress.deny) });
}

/** Parses CIDRs that `loadConfig` has validated. Throws TypeError if one is invalid all the same. */
function requireCidrs(entries: readonly string[]) {
  const parsed = parseCidrs(entries);
  if (!parsed.ok) throw new TypeError(parsed.message);
  return parsed.cidrs;
}

function loops(janitor: Janitor | null, sender: Sender | null): ReadinessCheck[] {
  return Object.entries({ janitor, sender }).flatMap(([name, loop]) =>
    loop ? { name, check: () => loop.isRunning() } : [],
  );
}

/** Returns the host that a browser on this machine can open: loopback if the server listens on all addresses. */
function localHost(host: string): string {
  return host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
}

/** Returns the host as a URL spells it: an IPv6 address is put in brackets. */
function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
