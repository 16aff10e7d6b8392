import { type ChildProcess, fork } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { MetricObject } from 'prom-client';
import type { Config, Role } from '../config.ts';
import { openEmbeddedPostgres } from '../database/embedded.ts';
import type { Logger } from '../log.ts';
import type { Secrets } from '../secrets.ts';
import { checkPorts } from '../server/check-ports.ts';
import type { ShutdownDeadline } from '../shutdown.ts';
import { StartError } from '../start-error.ts';
import { type ChildMessage, childVariable, type SupervisorMessage } from './messages.ts';

export interface SupervisorOptions {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly log: Logger;
  readonly deadline: ShutdownDeadline;
  /** Aborts when the children have to stop. */
  readonly signal: AbortSignal;
  readonly environment: NodeJS.ProcessEnv;
  /** Called when all processes are ready for the first time. */
  readonly onReady: (url: string) => void;
}

/** A process that is restarted when it ends. */
interface Worker {
  readonly name: string;
  start(): ChildProcess;
}

/**
 * The wait before a worker is restarted after its first exit. It doubles after each further exit, unless the worker ran
 * for a while in between.
 */
const firstRestartMs = 500;
const maxRestartMs = 30_000;
const steadyMs = 60_000;
/** Milliseconds to wait for the metrics of the other processes. */
const gatherMs = 1_000;
/** The share of the shutdown time for the children if the supervisor has to stop an embedded PostgreSQL afterwards. */
const childShare = 0.7;

/**
 * Runs `WORKERS` api processes on one port, and a process for the other roles, until `signal` aborts. A process that
 * ends is restarted after a growing wait. All of them end within `deadline`.
 *
 * The api processes share the port through `node:cluster`, which works on every version and platform of Node.js that
 * Livehook supports. `reusePort` needs Node.js 23.1 and Linux, and sends connections also to a process that hangs.
 *
 * @throws StartError if a process ends before all of them are ready for the first time.
 */
export async function superviseWorkers(options: SupervisorOptions): Promise<void> {
  const { config, log, deadline, signal } = options;
  await using opening = new AsyncDisposableStack();
  await checkPorts(config.server);
  const databaseUrl =
    config.database.url ??
    opening.use(
      await openEmbeddedPostgres({
        dataDir: config.dataDir,
        log,
        signal,
        getStopGraceMs: () => deadline.remainingMs / 2,
      }),
    ).connectionString;
  const running = new Set<ChildProcess>();
  // Kill the children when this process exits for any reason.
  const killAll = () => {
    for (const child of running) child.kill('SIGKILL');
  };
  process.once('exit', killAll);
  const metrics = createMetricsExchange(running);
  const isFirstReady = Promise.withResolvers<string>();
  const ready = new Set<string>();
  let apiUrl = '';
  const workers = describeWorkers(options, databaseUrl);

  async function keepRunning(worker: Worker): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const startedMs = performance.now();
      const child = worker.start();
      running.add(child);
      child.on('message', (message: ChildMessage) => {
        metrics.receive(child, message);
        if (message.kind !== 'ready') return;
        // A child that was started during the shutdown missed the stop message, so it is sent again.
        if (signal.aborted) send(child, { kind: 'stop' });
        ready.add(worker.name);
        if (worker.name !== backgroundName) apiUrl = message.url;
        if (ready.size === workers.length) isFirstReady.resolve(apiUrl);
      });
      const [code, killedBy] = await once(child, 'exit');
      running.delete(child);
      if (signal.aborted) return;
      if (ready.size < workers.length) throw new StartError(`the process "${worker.name}" could not start`);
      failures = performance.now() - startedMs > steadyMs ? 1 : failures + 1;
      const restartMs = Math.min(firstRestartMs * 2 ** (failures - 1), maxRestartMs);
      log.error({ worker: worker.name, code, signal: killedBy, restartMs }, 'a process has ended; starting it again');
      await delay(restartMs, undefined, { signal }).catch(() => undefined);
    }
  }

  const stop = () => {
    for (const child of running) send(child, { kind: 'stop' });
  };
  signal.addEventListener('abort', stop, { once: true });
  const loops = workers.map(keepRunning);
  try {
    const url = await Promise.race([isFirstReady.promise, Promise.all(loops)]);
    if (typeof url === 'string') {
      log.info({ url, roles: config.roles, workers: config.workers }, `Livehook is ready: ${url}/graphql`);
      options.onReady(url);
    }
    await Promise.all(loops);
  } catch (error) {
    stop();
    await Promise.allSettled([...running].map(child => once(child, 'exit')));
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    process.removeListener('exit', killAll);
  }
}

const backgroundName = 'background';

function describeWorkers({ config, secrets, environment }: SupervisorOptions, databaseUrl: string): Worker[] {
  const graceMs = config.database.url === null ? config.shutdownGraceMs * childShare : config.shutdownGraceMs;
  const environmentOf = (roles: readonly Role[], more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
    ...environment,
    [childVariable]: 'true',
    WORKERS: '1',
    ROLES: roles.join(','),
    DATABASE_URL: databaseUrl,
    DATABASE_URL_FILE: '',
    ROOT_API_KEY: secrets.rootApiKey,
    ROOT_API_KEY_FILE: '',
    ENCRYPTION_KEY: Buffer.from(secrets.encryptionKey).toString('base64'),
    ENCRYPTION_KEY_FILE: '',
    SHUTDOWN_GRACE_MS: `${Math.floor(graceMs)}`,
    ...more,
  });
  const [, script = '', ...arguments_] = process.argv;
  const api = Array.from({ length: config.workers }, (_, index) => ({
    name: `api ${index + 1}`,
    start: () => cluster.fork(environmentOf(['api'])).process as ChildProcess,
  }));
  const others = config.roles.filter(role => role !== 'api');
  if (others.length === 0) return api;
  // This process is forked outside the cluster, because it must not accept connections to the port of the API.
  const background = {
    name: backgroundName,
    start: () => fork(script, arguments_, { env: environmentOf(others, { PORT: '0', METRICS_PORT: '' }) }),
  };
  return [...api, background];
}

function send(child: ChildProcess, message: SupervisorMessage): void {
  // An exiting child may have closed its channel. It no longer needs messages.
  if (child.connected) child.send(message, () => undefined);
}

/** Collects the metrics of all children for the child that needs them. */
function createMetricsExchange(running: ReadonlySet<ChildProcess>) {
  const rounds = new Map<number, (metrics: readonly MetricObject[]) => void>();
  let lastRound = 0;

  async function gather(child: ChildProcess, request: number): Promise<void> {
    lastRound += 1;
    const round = lastRound;
    const asked = [...running].filter(each => each.connected);
    const metrics: (readonly MetricObject[])[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    rounds.set(round, each => {
      metrics.push(each);
      if (metrics.length === asked.length) resolve();
    });
    for (const each of asked) send(each, { kind: 'report', round });
    const timer = setTimeout(resolve, gatherMs);
    await promise;
    clearTimeout(timer);
    rounds.delete(round);
    send(child, { kind: 'gathered', request, metrics });
  }

  return {
    receive(child: ChildProcess, message: ChildMessage): void {
      if (message.kind === 'gather') void gather(child, message.request);
      if (message.kind === 'metrics') rounds.get(message.round)?.(message.metrics);
    },
  };
}
