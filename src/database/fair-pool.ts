import { Pool, type PoolClient, type PoolConfig } from 'pg';
import type { DatabaseClient } from './database-client.ts';
import { FairShares } from './fair-shares.ts';
import { abortReason, currentOperation, type OperationScope } from './operation-scope.ts';

type ConnectCallback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (error?: Error | boolean) => void,
) => void;

/**
 * A connection that an operation uses. `openPool` makes the pool create only connections of the class `DatabaseClient`.
 */
type OperationClient = PoolClient & DatabaseClient;

/** Limits that stop one tenant from using a whole connection pool. */
export interface FairLimits {
  /** The largest number of connections that one tenant may use at once for reads, and separately for mutations. */
  readonly connectionsPerTenant: number;
  /**
   * The largest number of statements that may wait for one tenant's reads, and separately for its mutations. Further
   * ones fail with UNAVAILABLE.
   */
  readonly maxWaitingPerTenant: number;
  /** The largest number of statements of all tenants together that may wait. Further ones fail with UNAVAILABLE. */
  readonly maxWaiting: number;
}

/**
 * A connection pool that tenants share fairly. One tenant uses at most `connectionsPerTenant` connections at once for
 * reads, and as many for mutations. Further statements wait in order. When an operation is aborted, its waiting
 * statements leave the queue, its running statement is canceled on the server, and its connection is released. Work
 * outside an operation is not limited.
 *
 * An operation must not acquire a second connection while it uses one: two operations of a tenant could then wait for
 * each other forever.
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
    const connecting = super.connect() as Promise<OperationClient>;
    try {
      const client = await untilAborted(connecting, signal);
      bindToOperation(client, scope, releaseSlot);
      return client;
    } catch (error) {
      // After an abort, the pool may still deliver the connection, which must then be released.
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

/** Ties the connection to the operation until it is released: aborting the operation cancels the running statement. */
function bindToOperation(
  client: OperationClient,
  { signal, onLastingWrite }: OperationScope,
  releaseSlot: () => void,
): void {
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
      // `true` destroys the connection, and so rolls back a transaction that is still open.
      release(error || client.getTransactionStatus() !== 'I');
      releaseSlot();
    };
    // The connection is released after the cancel request has finished. Earlier, the request could cancel a statement
    // of the next user.
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
