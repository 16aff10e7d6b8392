import { setTimeout as delay } from 'node:timers/promises';

/** Calls `condition` every 5 ms until it returns true. Rejects if it does not within `timeoutMs`. */
export async function waitFor(condition: () => boolean | Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`It did not come true within ${timeoutMs} ms: ${condition}`);
    await delay(5);
  }
}
