import { setTimeout as delay } from 'node:timers/promises';
import { defineStatement } from '../../database/pool.ts';
import type { Services } from '../context.ts';

/*
 * Guarantees that every request that starts after a change to its endpoint was acknowledged uses the new settings.
 * Senders and the changing process each use their own monotonic clock, and neither waits for the other:
 *
 * - A sender starts a request only within `settingsValidMs` of reading the endpoint's revision from the database, and
 *   only if the request was built from that revision (src/sender/settings-checks.ts).
 * - A change increments the revision, and is acknowledged `settingsValidMs` after its commit (`awaitSenders`).
 *
 * There are two exceptions, so that requests do not wait forever. If the database answers later than `settingsValidMs`,
 * the waiting requests start right after its answer. If connecting takes longer than that four times in a row, the
 * request is sent anyway.
 */
export const settingsValidMs = 250;

/** Added to the wait of `settingsValidMs`, because a timer may fire a few milliseconds early. */
const marginMs = 5;

const hasLiveStatement = defineStatement<[endpointId: string], { hasLive: boolean }>({
  name: 'endpoint-has-live',
  text: 'SELECT EXISTS (SELECT FROM delivery_live WHERE endpoint_id = $1) AS "hasLive"',
});

/**
 * Waits until no request with the previous settings of an endpoint (UUID) can start any more. Call it after the commit
 * of a change to the endpoint. Resolves immediately if the endpoint has no unfinished deliveries, because later ones
 * are claimed after the commit.
 */
export async function awaitSenders({ pool, log }: Pick<Services, 'pool' | 'log'>, endpointId: string): Promise<void> {
  const rows = await hasLiveStatement(pool, [endpointId]).catch((error: unknown) => {
    log.warn({ err: error, endpointId }, 'the deliveries of a changed endpoint could not be looked for');
    return null;
  });
  if (rows?.[0]?.hasLive !== false) await delay(settingsValidMs + marginMs);
}

/** Like `awaitSenders`, for a change to all endpoints of a tenant. Takes about 255 ms. */
export async function awaitAllSenders(): Promise<void> {
  await delay(settingsValidMs + marginMs);
}
