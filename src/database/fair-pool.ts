import { Pool, type PoolClient, type PoolConfig } from 'pg';
import type { DatabaseClient } from './database-client.ts';
import { FairShares } from './fair-shares.ts';
import { abortReason, currentOperation, type OperationScope } from './operation-scope.ts';

type ConnectCallback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (error?: Error | boolean) => void,
) => void;

/** A connection that is in use. openPool only creates connections of the class `DatabaseClient`. */
type LentClient = PoolClient & DatabaseClient;

/** Limits on how tenants share a pool. */
export interface FairLimits {
  /** The largest number of connections that the reads of one tenant hold at once, and separately its mutations. */
  readonly connectionsPerTenant: number;
  /**
   * The largest number of waiting statements of the reads, or the mutations, of one tenant. One more is UNAVAILABLE.
   */
  readonly maxWaitingPerTenant: number;
  /** The same limit for all tenants together. */
  readonly maxWaiting: number;
}

/**
 * A pool that tenants share fairly. The reads of one tenant hold at most `connectionsPerTenant` connections at once,
 * and so do its mutations. Further ones wait in order. When an operation is aborted, its waiting statements leave the
 * queue, its running statement is canceled on the server, and its connection is released. Work outside an operation is
 * not limited.
 *
 * Do not take a second connection while holding one, because operations of a tenant could then wait for each other.
 */
export class FairPool extends Pool {
  readonly #shares: FairShares;

  constructor(config: PoolConfig, limits: FairLimits) {
    super(config);
    this.#shares = new FairShares({
      slotsPerOwner: limits.connectionsPerTenant,
      maxWaitingPerOwner: limits.maxWaitingPerTenant,
      maxWaiting: limits.maxWaiting,
      maxWaitMs: config.connectionTimeoutMillis ?? 0,
    });
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<PoolClient> | undefined {
    const scope = currentOperation();
    const connecting = scope ? this.#connectFor(scope) : super.connect();
    if (!callback) return connecting;
    connecting.then(
      client => callback(undefined, client, client.release),
      error => callback(error, undefined, () => undefined),
    );
    return undefined;
  }

  async #connectFor(scope: OperationScope): Promise<PoolClient> {
    const { tenantId, kind, signal } = scope;
    if (signal.aborted) throw abortReason(signal);
    const releaseSlot = await this.#shares.acquire(`${tenantId}/${kind}`, signal);
    const connecting = super.connect() as Promise<LentClient>;
    try {
      const client = await untilAborted(connecting, signal);
      lend(client, scope, releaseSlot);
      return client;
    } catch (error) {
      // After an abort, the connection may still arrive and must be released.
      void connecting
        .then(
          client => client.release(),
          () => undefined,
        )
        .finally(releaseSlot);
      throw error;
    }
  }
}

/** Binds the connection to the operation until it is released. */
function lend(client: LentClient, { signal, onLastingWrite }: OperationScope, releaseSlot: () => void): void {
  const release = client.release;
  let canceling: Promise<void> | null = null;
  const cancel = () => {
    canceling = client.cancelStatement();
  };
  client.signal = signal;
  client.onLastingWrite = onLastingWrite ?? null;
  signal.addEventListener('abort', cancel, { once: true });
  client.release = error => {
    signal.removeEventListener('abort', cancel);
    const releaseConnection = () => {
      client.signal = null;
      client.onLastingWrite = null;
      // A transaction that is still open is rolled back by destroying its connection.
      release(error || client.getTransactionStatus() !== 'I');
      releaseSlot();
    };
    // A cancel request in progress could hit the next statement.
    if (canceling) void canceling.then(releaseConnection);
    else releaseConnection();
  };
  if (signal.aborted) cancel();
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(abortReason(signal));
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
