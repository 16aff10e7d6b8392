import { AggregatorRegistry, type Registry } from 'prom-client';
import type { MetricsSource } from '../server/server.ts';
import type { ChildMessage, SupervisorMessage } from './messages.ts';

/** The connection of a process to the supervisor that has started it. */
export interface Child {
  /** Tells the supervisor that this process is ready. */
  reportReady(url: string): void;
  /**
   * Sends the metrics in `own` to the supervisor on request. Returns a source that renders the metrics of all
   * processes, or only `own` if the supervisor does not respond within 2 s.
   */
  shareMetrics(own: Registry): MetricsSource;
  /** Calls `listener` when the supervisor tells this process to stop, or has died. */
  onStop(listener: () => void): void;
}

const gatherMs = 2_000;

/** Connects to the supervisor over the IPC channel. @throws Error if this process has no supervisor. */
export function openChild(): Child {
  const send = (message: ChildMessage) => {
    if (process.connected) process.send?.(message);
  };
  const receive = (listener: (message: SupervisorMessage) => void) => process.on('message', listener);
  return {
    reportReady: url => send({ kind: 'ready', url }),
    onStop(listener) {
      receive(message => {
        if (message.kind === 'stop') listener();
      });
      process.once('disconnect', listener);
    },
    shareMetrics(own) {
      const waiting = new Map<number, (metrics: Gathered) => void>();
      let lastRequest = 0;
      receive(async message => {
        if (message.kind === 'report') {
          send({ kind: 'metrics', round: message.round, metrics: await own.getMetricsAsJSON() });
        } else if (message.kind === 'gathered') {
          waiting.get(message.request)?.(message.metrics);
        }
      });
      return {
        contentType: own.contentType,
        async render() {
          lastRequest += 1;
          const request = lastRequest;
          const { promise, resolve } = Promise.withResolvers<Gathered | null>();
          const timer = setTimeout(() => resolve(null), gatherMs);
          waiting.set(request, resolve);
          send({ kind: 'gather', request });
          const gathered = await promise;
          clearTimeout(timer);
          waiting.delete(request);
          return gathered ? AggregatorRegistry.aggregate([...gathered] as object[]).metrics() : own.metrics();
        },
      };
    },
  };
}

type Gathered = Extract<SupervisorMessage, { kind: 'gathered' }>['metrics'];
