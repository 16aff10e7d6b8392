/**
 * The lower and upper bound of the difference between the clock of the server and the clock of this machine, in
 * milliseconds.
 */
let earliestMs = Number.NEGATIVE_INFINITY;
let latestMs = Number.POSITIVE_INFINITY;
/** The precision of the `Date` header: it has whole seconds, and may have been created a little before the response. */
const resolutionMs = 1_250;

/**
 * The time of the server in Unix milliseconds, to within about a second, even if the clock of this machine is wrong.
 */
export function serverNowMs(): number {
  // If the bounds allow that the clock of this machine is right, it is used unchanged.
  return Date.now() + Math.min(Math.max(0, earliestMs), latestMs);
}

/**
 * A time in Unix milliseconds that the clock of the server has already reached, about a second ago at most. Use it as
 * the end of a set that must not grow any more.
 */
export function reachedServerTimeMs(): number {
  return Math.min(serverNowMs(), Number.isFinite(earliestMs) ? Date.now() + earliestMs : Number.POSITIVE_INFINITY);
}

/**
 * Updates the bounds from a response: the server created its `Date` header after the request was sent and before the
 * response arrived.
 */
function learnServerTime(dateHeader: string | null, askedMs: number, answeredMs: number): void {
  const atMs = Date.parse(dateHeader ?? '');
  if (Number.isNaN(atMs)) return;
  const [lower, upper] = [atMs - answeredMs, atMs + resolutionMs - askedMs];
  // The new bounds contradict the known ones if one of the clocks was set meanwhile.
  const isNew = lower > latestMs || upper < earliestMs;
  earliestMs = isNew ? lower : Math.max(earliestMs, lower);
  latestMs = isNew ? upper : Math.min(latestMs, upper);
}

const { promise: firstAnswer, resolve: endFirstWait } = Promise.withResolvers<void>();
const longestWaitMs = 3_000;

/**
 * Resolves once a response has revealed the time of the server, or after 3 seconds or a failed request. Await it before
 * the first filter with a relative time is sent, because until then only the clock of this machine is known.
 */
export function whenServerTimeKnown(): Promise<void> {
  setTimeout(endFirstWait, longestWaitMs);
  return firstAnswer;
}

/** Calls `fetch` and learns the time of the server from the response. */
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
