import { expect, it } from 'vitest';
import type { FeedEntry } from '../../src/feed/feed-log.ts';
import { VersionSequencer } from '../../src/feed/version-sequencer.ts';
import { newUuid } from '../../src/ids.ts';
import { makeTransition } from '../feed/transitions.ts';

/** Found by three senders on a busy machine: "claimed" was announced two seconds late, after "succeeded". */
it('never releases a version behind a later one, also where the first of them was never seen', () => {
  const createdAt = Date.now() - 1_500;
  const id = newUuid(createdAt);
  const entry = (position: number, version: number, occurredAt: number): FeedEntry => ({
    position,
    transition: { ...makeTransition('tenant', { id, version }), occurredAt },
  });
  const released: number[] = [];
  const release = ({ transition }: FeedEntry) => void released.push(transition.delivery.version);
  const sequencer = new VersionSequencer({ holdMs: 1_000 });
  sequencer.push(entry(1, 2, createdAt + 100), 0, release);
  sequencer.push(entry(2, 3, createdAt + 1_500), 10, release);
  sequencer.releaseOverdue(1_000, release);
  expect(released).toEqual([2, 3]);
});
