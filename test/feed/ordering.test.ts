import { describe, expect, test } from 'vitest';
import type { FeedItems } from '../../src/feed/feed.ts';
import fc from '../fixtures/seeded-fast-check.ts';
import { backends } from './backends.ts';
import { announceAll, makeTransition, newTenantId, oldDeliveryId, take, takeUntilMarker } from './transitions.ts';

const { signal: never } = new AbortController();

interface Step {
  readonly delivery: number;
  readonly version: number;
}

/** Versions of a few deliveries in random order, distributed over several publishers, some of them announced twice. */
const interleavings = fc
  .array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 6 })
  .chain(lengths => {
    const steps = lengths.flatMap((length, delivery) =>
      Array.from({ length }, (_, index): Step => ({ delivery, version: index + 1 })),
    );
    return fc
      .tuple(fc.shuffledSubarray(steps, { minLength: steps.length }), fc.shuffledSubarray(steps))
      .chain(([once, twice]) => fc.tuple(fc.constant(once), fc.constant(twice), fc.array(fc.nat(), { maxLength: 40 })));
  })
  .map(([once, twice, places]) => {
    const all = [...once];
    for (const [index, step] of twice.entries()) all.splice((places[index] ?? index) % (all.length + 1), 0, step);
    return { announced: all, expected: once };
  });

describe.each(backends)('the transition feed $name', ({ open }) => {
  test('the feed sends each version of a delivery once, in ascending order, for any interleaving of publishers', async () => {
    await using feed = await open();
    await fc.assert(
      fc.asyncProperty(interleavings, fc.nat(), async ({ announced, expected }, resumeAt) => {
        const tenantId = newTenantId();
        const ids = Array.from({ length: 6 }, () => makeTransition(tenantId).delivery.id);
        const start = await feed.cursor(tenantId);
        const live = await feed.subscribe(tenantId, { signal: never });
        const transitions = announced.map(({ delivery, version }) =>
          makeTransition(tenantId, { id: ids[delivery] as string, version }),
        );
        // Three publishers run at once, each with a third of the transitions.
        const waiting = await Promise.all(
          [0, 1, 2].map(publisher =>
            announceAll(
              feed,
              transitions.filter((_, index) => index % 3 === publisher),
            ),
          ),
        );
        expect(await announceAll(feed, waiting.flat())).toEqual([]);
        const seen = await take(live, expected.length);
        const toStep = (item: (typeof seen)[0]): string =>
          `${ids.indexOf(item.transition.delivery.id)}:${item.transition.delivery.version}`;
        for (const id of ids) {
          const versions = seen.filter(item => item.transition.delivery.id === id);
          expect(versions.map(item => item.transition.delivery.version)).toEqual(versions.map((_, index) => index + 1));
        }
        expect(seen.map(toStep).sort()).toEqual(expected.map(step => `${step.delivery}:${step.version}`).sort());

        // The log contains the same transitions, both from its start and after any cursor.
        const replayed = await feed.subscribe(tenantId, { after: start, signal: never });
        expect((await takeUntilMarker(feed, tenantId, replayed)).map(toStep).sort()).toEqual(seen.map(toStep).sort());
        const from = resumeAt % seen.length;
        const resumed = await feed.subscribe(tenantId, { after: seen[from]?.cursor, signal: never });
        const rest = await takeUntilMarker(feed, tenantId, resumed);
        const wanted = seen
          .slice(from + 1)
          .map(toStep)
          .sort();
        expect(
          rest
            .map(toStep)
            .filter(step => !step.startsWith('-1'))
            .sort(),
        ).toEqual(wanted);
        await Promise.all([live, replayed, resumed].map(items => items.return?.()));
      }),
      { numRuns: 150 },
    );
  }, 300_000);
});

describe.each(backends)('versions that no process announces to the feed $name', ({ open }) => {
  test('versions that no process announces are counted in `skipped`, for live and for resumed subscribers', async () => {
    await using feed = await open();
    const tenantId = newTenantId();
    const id = oldDeliveryId();
    const start = await feed.cursor(tenantId);
    const live = await feed.subscribe(tenantId, { signal: never });
    for (const version of [3, 4, 7, 8]) {
      await feed.publish([makeTransition(tenantId, { id, version })], { areEarlierAnnounced: true });
    }
    const expected = [3, 4, 7, 8].map(version => ({ version, skipped: version === 7 ? 2 : 0 }));
    const read = async (items: FeedItems) =>
      (await take(items, 4)).map(({ skipped, transition }) => ({ version: transition.delivery.version, skipped }));
    expect(await read(live)).toEqual(expected);
    expect(await read(await feed.subscribe(tenantId, { after: start, signal: never }))).toEqual(expected);
  });
});
