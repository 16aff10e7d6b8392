import { setTimeout as delay } from 'node:timers/promises';
import { defineStatement } from '../../database/pool.ts';
import type { Services } from '../context.ts';

/*
 * A change to an endpoint applies to every request that has not started when the change is acknowledged. Both sides keep a
 * part of this promise, and neither has to reach the other:
 *
 * - A sender writes the first byte of a request only within `settingsValidMs` of having asked the database for the
 *   endpoint's revision, and only if that is the revision of the settings that the request was made from
 *   (src/sender/settings-checks.ts).
 * - A change increments the revision, and is acknowledged that long after its commit (`awaitSenders`).
 *
 * So a request that starts after the acknowledgement rests on a revision that was read after the commit. The time is
 * measured on each side by its own monotonic clock. There are two exceptions, both for the sake of progress: a sender whose
 * database takes longer than this to answer the question starts the requests that waited for the answer right after it; and
 * a request whose connection took longer than this to open, four times in a row, is written then.
 */
export const settingsValidMs = 250;

/** A timer may fire a little early. */
const marginMs = 5;

const hasLiveStatement = defineStatement<[endpointId: string], { hasLive: boolean }>({
  name: 'endpoint-has-live',
  text: 'SELECT EXISTS (SELECT FROM delivery_live WHERE endpoint_id = $1) AS "hasLive"',
});

/**
 * After the commit of a change to an endpoint (UUID): resolves when no request starts any more by the settings from before.
 * At once where the endpoint has no unfinished deliveries: what is published from now on is claimed after the commit.
 */
export async function awaitSenders({ pool, log }: Pick<Services, 'pool' | 'log'>, endpointId: string): Promise<void> {
  const rows = await hasLiveStatement(pool, [endpointId]).catch((error: unknown) => {
    log.warn({ err: error, endpointId }, 'the deliveries of a changed endpoint could not be looked for');
    return null;
  });
  if (rows?.[0]?.hasLive !== false) await delay(settingsValidMs + marginMs);
}

/** The same for endpoints of which many changed at once. Takes about 255 ms. */
export async function awaitAllSenders(): Promise<void> {
  await delay(settingsValidMs + marginMs);
}
