/** The bounds of how far the clock of this machine is behind the server's, in milliseconds. */
let earliestMs = Number.NEGATIVE_INFINITY;
let latestMs = Number.POSITIVE_INFINITY;
/** `Date` of an answer has whole seconds, and may have been made up a little before. */
const resolutionMs = 1_250;

/** Unix milliseconds as the server counts them, however wrong the clock of this machine is: within about a second. */
export function serverNowMs(): number {
  // Where its own clock may be right, it is taken as right.
  return Date.now() + Math.min(Math.max(0, earliestMs), latestMs);
}

/** Learns from an answer when it was at the server: after it was asked, and before it came. */
function learnServerTime(dateHeader: string | null, askedMs: number, answeredMs: number): void {
  const atMs = Date.parse(dateHeader ?? '');
  if (Number.isNaN(atMs)) return;
  const [lower, upper] = [atMs - answeredMs, atMs + resolutionMs - askedMs];
  // One that contradicts what is known: a clock was set.
  const isNew = lower > latestMs || upper < earliestMs;
  earliestMs = isNew ? lower : Math.max(earliestMs, lower);
  latestMs = isNew ? upper : Math.min(latestMs, upper);
}

const { promise: firstAnswer, resolve: endFirstWait } = Promise.withResolvers<void>();
const longestWaitMs = 3_000;

/**
 * Resolves once an answer of the server has told its time, or after 3 seconds or a failed request without one. Wait for it
 * before the first filter by time is made: until then only this machine's clock is known.
 */
export function whenServerTimeKnown(): Promise<void> {
  setTimeout(endFirstWait, longestWaitMs);
  return firstAnswer;
}

/** `fetch` that learns the server's time from the answer. */
export async function fetchWithTime(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const askedMs = Date.now();
  try {
    const response = await fetch(input, init);
    learnServerTime(response.headers.get('date'), askedMs, Date.now());
    return response;
  } finally {
    endFirstWait();
  }
}
