import type { Transition } from '../delivery.ts';
import { UnavailableError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { askRedis, RedisReplyError } from '../redis/errors.ts';
import { warnSparingly } from '../warn-sparingly.ts';
import { newEpoch } from './cursor.ts';
import {
  type AppendOptions,
  divideLimit,
  type FeedBatch,
  type FeedHead,
  type FeedLog,
  type LogLimits,
} from './feed-log.ts';
import { decodeBatch, encodeTransition, parseMessage } from './wire.ts';

/** The Redis commands that the log uses. `feedScripts` defines the last two. */
export interface FeedCommands {
  xrange(key: string, start: string, end: string, count: 'COUNT', limit: number): Promise<[string, string[]][]>;
  unlink(...keys: string[]): Promise<number>;
  feedHead(...keysAndArguments: (string | number)[]): Promise<[string, string, string]>;
  feedAnnounce(...keysAndArguments: (string | number)[]): Promise<number[]>;
}

export interface RedisLogOptions extends LogLimits {
  readonly commands: FeedCommands;
  readonly isCluster: boolean;
  readonly prefix: string;
  /** The keys of a tenant expire after this time, in ms, without announcements and readers. */
  readonly idleMs: number;
  readonly log: Logger;
}

/** The limit of batches, in bytes, that were sent to Redis and are not confirmed yet. Beyond it, `append` rejects. */
const maxUnconfirmedBytes = 64 * 1024 * 1024;
const wrongType =
  'Redis: a key of the feed has another type; the keys of the tenant are deleted and its feed starts again';
/** The largest number of transitions in a batch. Longer lists are split into several batches, in order. */
const maxBatchTransitions = 250;
const maxBatchBytes = 128 * 1024;

/**
 * The log of a feed in Redis. Each tenant has a stream of batches, a hash with its head, marks for trimming, and two
 * hashes with the last version of each delivery. These keys and the tenant's channel share the hash tag `{tenant}`, so
 * that one script can access all of them in a cluster. The keys expire after a day without announcements, subscribers
 * and new cursors.
 */
export class RedisLog implements FeedLog {
  readonly #options: RedisLogOptions;
  readonly #warn: ReturnType<typeof warnSparingly>;
  readonly #reportError: ReturnType<typeof warnSparingly>;
  #unconfirmedBytes = 0;

  constructor(options: RedisLogOptions) {
    this.#options = options;
    this.#warn = warnSparingly(options.log);
    this.#reportError = warnSparingly(options.log, 'error');
  }

  /** Returns the name of the channel of a tenant's announcements. */
  channel(tenantId: string): string {
    return `${this.#options.prefix}{${tenantId}}:live`;
  }

  /**
   * Appends and publishes the transitions, each batch in one atomic step. Each batch waits for the one before, because
   * the log would contain versions in the wrong order if an earlier batch were lost.
   *
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
      if (!decoded) this.#warn('Redis: a stream entry was not written by Livehook', { key });
      return { first, last, entries: decoded ?? [] };
    });
  }

  async #announce(tenantId: string, texts: readonly string[], options: AppendOptions): Promise<readonly number[]> {
    const { commands, isCluster, keepMs, keepTransitions, maxBytes, idleMs } = this.#options;
    const { maxTransitionBytes, maxVersions } = divideLimit(maxBytes);
    if (this.#unconfirmedBytes > maxUnconfirmedBytes) throw new UnavailableError('The live feed is overloaded.');
    const bytes = texts.reduce((sum, text) => sum + text.length, 0);
    this.#unconfirmedBytes += bytes;
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
          maxTransitionBytes,
          Math.floor(maxVersions / 2),
          options.areEarlierAnnounced === true ? 1 : 0,
          ...texts,
        ),
      );
    } finally {
      this.#unconfirmedBytes -= bytes;
    }
  }

  /**
   * Runs a command for a tenant. If one of the tenant's keys has a wrong type, all of them are deleted and the command
   * is repeated. It then begins a new epoch, so that subscribers learn that the log was lost.
   *
   * @throws UnavailableError; RedisReplyError, which was logged.
   */
  async #ask<T>(tenantId: string, command: () => Promise<T>): Promise<T> {
    try {
      return await askRedis(command());
    } catch (error) {
      if (!(error instanceof RedisReplyError)) throw error;
      this.#reportError(error.isWrongType ? wrongType : 'Redis: a command of the feed was rejected', {
        reason: error.message,
        tenantId,
      });
      if (!error.isWrongType) throw error;
    }
    await askRedis(this.#options.commands.unlink(...this.#keys(tenantId)));
    return askRedis(command());
  }

  /**
   * Turns a permanent error into UnavailableError, so that readers wait until the feed works again. `onReplyError` has
   * informed the operator.
   */
  #toUnavailable(error: unknown): never {
    if (!(error instanceof RedisReplyError)) throw error;
    throw new UnavailableError('The live feed is unavailable.', { cause: error });
  }

  #keys(tenantId: string): [string, ...string[]] {
    const stem = `${this.#options.prefix}{${tenantId}}:`;
    return [`${stem}kept`, `${stem}head`, `${stem}marks`, `${stem}versions`, `${stem}versions:older`];
  }
}
