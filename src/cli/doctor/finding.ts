/** The result of one check. */
export interface Finding {
  /** The name of what was checked, such as `database`. */
  readonly name: string;
  readonly level: 'ok' | 'warn' | 'fail';
  /** The result of the check. */
  readonly text: string;
  /** The action that the operator has to take. Absent if there is none. */
  readonly advice?: string;
}

export function ok(name: string, text: string): Finding {
  return { name, level: 'ok', text };
}

export function warn(name: string, text: string, advice: string): Finding {
  return { name, level: 'warn', text, advice };
}

export function fail(name: string, text: string, advice: string): Finding {
  return { name, level: 'fail', text, advice };
}

/** The message of an error. An AggregateError of failed connections may have none, so its errors are listed. */
export function describeError(error: unknown): string {
  const { message, code, errors } = error as Error & { code?: string; errors?: Error[] };
  return message || errors?.map(each => each.message).join('; ') || code || String(error);
}

/**
 * The number of milliseconds by which a remote clock is ahead. The remote time was read between these two local times.
 */
export function clockSkewMs(remoteMs: number, sentMs: number, receivedMs: number): number {
  return Math.round(remoteMs - (sentMs + receivedMs) / 2);
}

const maxSkewMs = 2000;
const badSkewMs = 60_000;

/** The finding for a clock that differs from that of this machine. */
export function describeSkew(name: string, skewMs: number): Finding {
  const text = `${skewMs} ms from the clock of this machine`;
  if (Math.abs(skewMs) <= maxSkewMs) return ok(name, text);
  const advice = 'Synchronize the clocks with NTP. Receivers reject signatures whose time is more than 5 minutes off.';
  return Math.abs(skewMs) > badSkewMs ? fail(name, text, advice) : warn(name, text, advice);
}
