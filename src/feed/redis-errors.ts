import { ReplyError } from 'ioredis';
import { UnavailableError } from '../errors.ts';

/**
 * Error replies of a server that cannot serve the command just now, and of one that an operator has to give memory, disk
 * or permissions. The same command succeeds afterwards. Redis 6.2 puts the code of an error inside a script into the
 * middle of the message.
 */
const awayReplies =
  /\b(LOADING|MASTERDOWN|CLUSTERDOWN|READONLY|TRYAGAIN|NOREPLICAS|BUSY|OOM|MISCONF|NOAUTH|WRONGPASS|NOPERM)\b|max number of clients/;

/** Redis answered a command with an error that does not pass by itself: a defect, or foreign data under our keys. */
export class RedisReplyError extends Error {
  /** Whether one of our keys holds another type than we store there. */
  readonly isWrongType: boolean;

  /** @param reply the server's words. The error that ioredis makes of them is not kept: it holds the whole command. */
  constructor(reply: string) {
    super(`Redis refused a command: ${reply}`);
    this.isWrongType = /\bWRONGTYPE\b/.test(reply);
  }
}

/**
 * Waits for a command.
 *
 * @throws RedisReplyError; UnavailableError if the connection failed, the command took too long, or the server cannot
 * serve it just now. Its cause has the reason.
 */
export async function askRedis<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const reply = readErrorReply(error);
    if (reply !== null && !awayReplies.test(reply)) throw new RedisReplyError(reply);
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnavailableError('The live feed cannot be reached just now.', { cause: new Error(reason) });
  }
}

/** The words of an error reply of the server; null for any other failure, such as a lost connection. */
function readErrorReply(error: unknown): string | null {
  return error instanceof ReplyError ? (error as Error).message : null;
}
