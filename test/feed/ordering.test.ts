import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeedItems } from '../../src/feed/feed.ts';
import type { FeedEntry } from '../../src/feed/feed-log.ts';
import { VersionSequencer } from '../../src/feed/version-sequencer.ts';
import { homes } from './homes.ts';
import { makeTransition, newTenantId, oldDeliveryId, take, takeUntilMarker } from './transitions.ts';

const { signal: never } = new AbortController();

interface Step {
  readonly delivery: number;
  readonly version: number;
}

/** A few deliveries' versions, shuffled over several publishers, some announced twice. */
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

describe.each(homes)('ordering $name', ({ open }) => {
  test('any interleaving of publishers reads as each version once, ascending', async () => {
    await using feed = await open({ holdMs: 20_000 });
    await fc.assert(
      fc.asyncProperty(interleavings, fc.nat(), async ({ announced, expected }, resumeAt) => {
        const tenantId = newTenantId();
        const ids = Array.from({ length: 6 }, () => makeTransition(tenantId).delivery.id);
        const start = await feed.cursor(tenantId);
        const live = await feed.subscribe(tenantId, { signal: never });
        const transitions = announced.map(({ delivery, version }) =>
          makeTransition(tenantId, { id: ids[delivery] as string, version }),
        );
        await Promise.all(transitions.map(transition => feed.publish([transition])));
        const seen = await take(live, expected.length);
        const toStep = (item: (typeof seen)[0]): string =>
          `${ids.indexOf(item.transition.delivery.id)}:${item.transition.delivery.version}`;
        for (const id of ids) {
          const versions = seen.filter(item => item.transition.delivery.id === id);
          expect(versions.map(item => item.transition.delivery.version)).toEqual(versions.map((_, index) => index + 1));
        }
        expect(seen.map(toStep).sort()).toEqual(expected.map(step => `${step.delivery}:${step.version}`).sort());

        // From the log the same, in whole and from any place on.
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
  });
});

describe.each(homes)('versions that nobody announces $name', ({ open }) => {
  test('are counted in `skipped`, live as much as from the log', async () => {
    await using feed = await open({ holdMs: 50 });
    const tenantId = newTenantId();
    const id = oldDeliveryId();
    const start = await feed.cursor(tenantId);
    const live = await feed.subscribe(tenantId, { signal: never });
    for (const version of [3, 4, 7, 8]) await feed.publish([makeTransition(tenantId, { id, version })]);
    const expected = [3, 4, 7, 8].map(version => ({ version, skipped: version === 7 ? 2 : 0 }));
    const read = async (items: FeedItems) =>
      (await take(items, 4)).map(({ skipped, transition }) => ({ version: transition.delivery.version, skipped }));
    expect(await read(live)).toEqual(expected);
    expect(await read(await feed.subscribe(tenantId, { after: start, signal: never }))).toEqual(expected);
  });
});

describe('the version sequencer', () => {
  const entry = (position: number, id: string, version: number): FeedEntry => ({
    position,
    transition: makeTransition('t', { id, version }),
  });

  test('forgets deliveries, the least recently touched first, and never holds more than its limit', () => {
    const sequencer = new VersionSequencer({ holdMs: 1_000, maxHeld: 3, rememberedDeliveries: 10 });
    const released: number[] = [];
    const push = (next: FeedEntry) => sequencer.push(next, 0, each => released.push(each.position));
    const ids = Array.from({ length: 100 }, oldDeliveryId);
    for (const [index, id] of ids.entries()) push(entry(index + 1, id, 1));
    expect(ids.filter(id => sequencer.lastVersion(id) !== undefined).length).toBeLessThanOrEqual(20);
    expect(ids.slice(-10).every(id => sequencer.lastVersion(id) === 1)).toBe(true);
    released.length = 0;
    for (const [index, id] of ids.slice(-5).entries()) push(entry(200 + index, id, 3));
    expect(released).toEqual([200, 201]);
    expect(sequencer.heldPositions()).toEqual([202, 203, 204]);
    sequencer.releaseOverdue(999, each => released.push(each.position));
    expect(sequencer.heldCount).toBe(3);
    sequencer.releaseOverdue(1_000, each => released.push(each.position));
    expect(released).toEqual([200, 201, 202, 203, 204]);
  });
});
