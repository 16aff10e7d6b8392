import type { Transition } from '../delivery.ts';
import { UnavailableError } from '../errors.ts';
import { newEpoch } from './epoch.ts';
import type { AppendOptions, FeedBatch, FeedHead, FeedLog } from './feed-log.ts';
import type { RedisCommands } from './redis-clients.ts';
import { askRedis, RedisReplyError } from './redis-errors.ts';
import { decodeBatch, encodeTransition, parseMessage } from './wire.ts';

export interface RedisLogOptions {
  readonly commands: RedisCommands;
  readonly isCluster: boolean;
  readonly prefix: string;
  readonly keepMs: number;
  readonly keepTransitions: number;
  /** What a tenant's stream and versions may take in Redis. */
  readonly maxBytes: number;
  /** A tenant without announcements or readers is forgotten after this. */
  readonly idleMs: number;
  /** Something in a stream was not written by us. */
  readonly onGarbage: (key: string) => void;
  /** Redis refused a command: a defect, or foreign data under the keys of this tenant. */
  readonly onReplyError: (error: RedisReplyError, tenantId: string) => void;
}

/** Batches that Redis has not answered yet; a server that hangs must not fill our memory. */
const maxUnansweredBytes = 64 * 1024 * 1024;
/** A longer batch is split, its order kept. */
const maxBatchTransitions = 250;
const maxBatchBytes = 128 * 1024;
/** The share of `maxBytes` for the versions of deliveries, and what one of them takes, measured. */
const versionShare = 1 / 4;
const versionBytes = 128;
const minVersions = 10_000;

/**
 * The log of a feed in Redis. Each tenant has a stream of batches, a hash that says where it stands, marks for trimming,
 * and two hashes with the last version of each delivery. They and the live channel share the hash tag `{tenant}`, so in
 * a cluster one script reaches them all. A tenant that nobody announces for, subscribes to or asks for a cursor is
 * forgotten after a day, and its cursors with it.
 */
export class RedisLog implements FeedLog {
  readonly #options: RedisLogOptions;
  #unansweredBytes = 0;

  constructor(options: RedisLogOptions) {
    this.#options = options;
  }

  /** Where announcements of a tenant are published. */
  channel(tenantId: string): string {
    return `${this.#options.prefix}{${tenantId}}:live`;
  }

  /**
   * Keeps and publishes what follows the versions it has, each batch in one atomic step. No batch is sent before the
   * last one was answered: later versions would come before earlier ones where one is lost.
   *
   * @returns what it refused.
   * @throws UnavailableError; RedisReplyError
   */
  async append(
    tenantId: string,
    transitions: readonly Transition[],
    options: AppendOptions = {},
  ): Promise<readonly Transition[]> {
    const refused: Transition[] = [];
    const texts = transitions.map(encodeTransition);
    for (let from = 0, to = 0; from < texts.length; from = to) {
      for (let bytes = 0; to < texts.length && to - from < maxBatchTransitions; to += 1) {
        bytes += texts[to]?.length ?? 0;
        if (to > from && bytes > maxBatchBytes) break;
      }
      const indexes = await this.#announce(tenantId, texts.slice(from, to), options);
      refused.push(...indexes.map(index => transitions[from + index] as Transition));
    }
    return refused;
  }

  async head(tenantId: string): Promise<FeedHead> {
    const { commands, idleMs } = this.#options;
    const [epoch, position, start] = await this.#ask(tenantId, () =>
      commands.feedHead(...this.#keys(tenantId), newEpoch(), idleMs),
    ).catch(error => this.#toUnavailable(error));
    return { epoch, position: Number(position), start: Number(start) };
  }

  async read(tenantId: string, after: number, maxBatches: number): Promise<readonly FeedBatch[]> {
    const [key] = this.#keys(tenantId);
    const entries = await this.#ask(tenantId, () =>
      this.#options.commands.xrange(key, `(${after}-0`, '+', 'COUNT', maxBatches),
    ).catch(error => this.#toUnavailable(error));
    return entries.map(([id, [, text = '', , begin]]) => {
      const last = Number.parseInt(id, 10);
      const first = Number(begin ?? last);
      const decoded = decodeBatch(tenantId, first, parseMessage(text));
      if (!decoded) this.#options.onGarbage(key);
      return { first, last, entries: decoded ?? [] };
    });
  }

  async #announce(tenantId: string, texts: readonly string[], options: AppendOptions): Promise<readonly number[]> {
    const { commands, isCluster, keepMs, keepTransitions, maxBytes, idleMs } = this.#options;
    if (this.#unansweredBytes > maxUnansweredBytes) throw new UnavailableError('The feed does not keep up.');
    const bytes = texts.reduce((sum, text) => sum + text.length, 0);
    this.#unansweredBytes += bytes;
    try {
      return await this.#ask(tenantId, () =>
        commands.feedAnnounce(
          ...this.#keys(tenantId),
          newEpoch(),
          idleMs,
          this.channel(tenantId),
          isCluster ? 'SPUBLISH' : 'PUBLISH',
          keepMs,
          keepTransitions,
          Math.floor(maxBytes * (1 - versionShare)),
          Math.floor(Math.max(minVersions, (maxBytes * versionShare) / versionBytes / 2)),
          options.areEarlierAnnounced === true ? 1 : 0,
          ...texts,
        ),
      );
    } finally {
      this.#unansweredBytes -= bytes;
    }
  }

  /**
   * Runs a command for a tenant. Keys of another type than ours are deleted and the command runs once more: it begins a
   * new epoch, so subscribers learn that the log was lost.
   *
   * @throws UnavailableError; RedisReplyError, which is reported.
   */
  async #ask<T>(tenantId: string, command: () => Promise<T>): Promise<T> {
    const { commands, onReplyError } = this.#options;
    try {
      return await askRedis(command());
    } catch (error) {
      if (!(error instanceof RedisReplyError)) throw error;
      onReplyError(error, tenantId);
      if (!error.isWrongType) throw error;
    }
    await askRedis(commands.unlink(...this.#keys(tenantId)));
    return askRedis(command());
  }

  /** A reader waits for a feed that fails, whatever the reason: an operator is told by `onReplyError`. */
  #toUnavailable(error: unknown): never {
    if (!(error instanceof RedisReplyError)) throw error;
    throw new UnavailableError('The live feed does not work just now.', { cause: error });
  }

  #keys(tenantId: string): [string, ...string[]] {
    const stem = `${this.#options.prefix}{${tenantId}}:`;
    return [`${stem}kept`, `${stem}head`, `${stem}marks`, `${stem}versions`, `${stem}versions:older`];
  }
}
