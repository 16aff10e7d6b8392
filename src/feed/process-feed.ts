import { UnavailableError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { encodeCursor, newEpoch } from './cursor.ts';
import type { Feed } from './feed.ts';
import { defaultLogBytes } from './feed-log.ts';
import { Hubs, type SubscriberOptions } from './hubs.ts';
import { MemoryLog } from './memory-log.ts';
import { dueContent, idContent, Signal } from './signal.ts';

export interface ProcessFeedOptions extends SubscriberOptions {
  readonly log: Logger;
  /**
   * The epoch of this feed: 8 to 32 characters of `0-9a-z`. Default: random, so that cursors of an earlier process are
   * rejected.
   */
  readonly epochSeed?: string | undefined;
  /** Transitions stay in the log at least this long, unless `maxBytes` is exceeded. Default: 5 minutes. */
  readonly keepMs?: number | undefined;
  /**
   * The number of newest transitions of each tenant that stay in the log, unless `maxBytes` is exceeded. Default:
   * 100,000.
   */
  readonly keepTransitions?: number | undefined;
  /**
   * The size limit for all tenants together, which overrides the two limits above. Default: 64 MiB, about 150,000
   * transitions.
   */
  readonly maxBytes?: number | undefined;
}

/** Opens the feed of a single process, in its memory. Its log is lost when the process ends. */
export function openProcessFeed(options: ProcessFeedOptions): Feed {
  const { log: logger, epochSeed = newEpoch(), keepMs = 300_000, keepTransitions = 100_000 } = options;
  const { maxBytes = defaultLogBytes } = options;
  const log = new MemoryLog({ epoch: epochSeed, keepMs, keepTransitions, maxBytes });
  const hubs = new Hubs({ ...options, log, connect: async () => ({ [Symbol.dispose]: () => undefined }) });
  const onListenerError = (error: unknown) => logger.error({ err: error }, 'a listener of notifications failed');
  const dueSignal = new Signal(dueContent, null, onListenerError);
  const operationSignal = new Signal(idContent, null, onListenerError);
  let closed = false;

  return {
    async publish(transitions, appendOptions) {
      if (closed) throw new UnavailableError('The feed is closed.');
      return Array.from(
        Map.groupBy(transitions, transition => transition.delivery.tenantId),
        ([tenantId, ofTenant]) => {
          const { refused, ...batch } = log.append(tenantId, ofTenant, appendOptions);
          if (batch.entries.length > 0) hubs.get(tenantId)?.announce(epochSeed, batch);
          return refused;
        },
      ).flat();
    },
    subscribe: (tenantId, subscribeOptions) => hubs.subscribe(tenantId, subscribeOptions),
    async cursor(tenantId) {
      if (closed) throw new UnavailableError('The feed is closed.');
      return encodeCursor(tenantId, await log.head(tenantId));
    },
    notifySenders: notifications => dueSignal.emit(notifications),
    onNotification: listener => dueSignal.addListener(listener),
    notifyBulkOperations: operationIds => operationSignal.emit(operationIds),
    onBulkOperations: listener => operationSignal.addListener(listener),
    health: () => ({ home: 'process', connected: !closed }),
    async [Symbol.asyncDispose]() {
      closed = true;
      hubs[Symbol.dispose]();
      dueSignal[Symbol.dispose]();
      operationSignal[Symbol.dispose]();
    },
  };
}
