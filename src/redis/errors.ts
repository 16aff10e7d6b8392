import { ReplyError } from 'ioredis';
import { UnavailableError } from '../errors.ts';

/**
 * Matches error replies that mean that Redis is temporarily unavailable, or needs memory, disk space or permissions
 * from its operator. The same command succeeds later. Redis 6.2 puts the error code of a script into the middle of the
 * message.
 */
const unavailableReplies =
  /\b(LOADING|MASTERDOWN|CLUSTERDOWN|READONLY|TRYAGAIN|NOREPLICAS|BUSY|OOM|MISCONF|NOAUTH|WRONGPASS|NOPERM)\b|max number of clients/;

/** Redis rejected a command permanently, because of a bug or because other software has written to Livehook's keys. */
export class RedisReplyError extends Error {
  /** Whether a key has a type that Livehook does not store there. */
  readonly isWrongType: boolean;

  /**
   * @param reply the message of the server. The error of ioredis itself is not stored, because it contains the whole
   *   command.
   */
  constructor(reply: string) {
    super(`Redis rejected a command: ${reply}`);
    this.isWrongType = /\bWRONGTYPE\b/.test(reply);
  }
}

/**
 * Waits for the response to a command.
 *
 * @throws RedisReplyError; UnavailableError if the connection failed, the command took too long, or the server is
 *   temporarily unavailable. Its cause has the reason.
 */
export async function askRedis<T>(response: Promise<T>): Promise<T> {
  try {
    return await response;
  } catch (error) {
    const reply = readErrorReply(error);
    if (reply !== null && !unavailableReplies.test(reply)) throw new RedisReplyError(reply);
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnavailableError('The live feed is unavailable.', { cause: new Error(reason) });
  }
}

/** Returns the message of an error reply of the server. Null for any other failure, such as a lost connection. */
function readErrorReply(error: unknown): string | null {
  return error instanceof ReplyError ? (error as Error).message : null;
}
