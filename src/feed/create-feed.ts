import { UnavailableError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { encodeCursor } from './cursor.ts';
import type { Feed, FeedHealth } from './feed.ts';
import type { FeedLog } from './feed-log.ts';
import type { Hubs } from './hubs.ts';
import { dueContent, idContent, Signal, type SignalChannel } from './signal.ts';

/** The parts of a feed in which its backends differ. */
export interface FeedBackend {
  readonly home: FeedHealth['home'];
  readonly log: FeedLog;
  readonly hubs: Hubs;
  readonly isConnected: () => boolean;
  /** Opens the channel of a signal. Null if there are no other processes. */
  readonly openSignalChannel: (name: string) => SignalChannel | null;
}

/** Creates a feed over a backend. `resources` are closed with it. */
export function createFeed(
  { home, log, hubs, isConnected, openSignalChannel }: FeedBackend,
  resources: DisposableStack,
  logger: Logger,
): Feed {
  const onListenerError = (error: unknown) => logger.error({ err: error }, 'a listener of notifications failed');
  const dueSignal = resources.use(new Signal(dueContent, openSignalChannel('due'), onListenerError));
  const operationSignal = resources.use(new Signal(idContent, openSignalChannel('operations'), onListenerError));
  const requireOpen = () => {
    if (resources.disposed) throw new UnavailableError('The feed is closed.');
  };

  return {
    async publish(transitions, options) {
      requireOpen();
      const byTenant = Map.groupBy(transitions, transition => transition.delivery.tenantId);
      const refused = Array.from(byTenant, ([tenantId, ofTenant]) => log.append(tenantId, ofTenant, options));
      return (await Promise.all(refused)).flat();
    },
    subscribe: (tenantId, options) => hubs.subscribe(tenantId, options),
    async cursor(tenantId) {
      requireOpen();
      return encodeCursor(tenantId, await log.head(tenantId));
    },
    notifySenders: notifications => dueSignal.emit(notifications),
    onNotification: listener => dueSignal.addListener(listener),
    notifyBulkOperations: operationIds => operationSignal.emit(operationIds),
    onBulkOperations: listener => operationSignal.addListener(listener),
    health: () => ({ home, connected: !resources.disposed && isConnected() }),
    async [Symbol.asyncDispose]() {
      resources.dispose();
    },
  };
}
