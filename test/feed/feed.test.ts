import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Transition } from '../../src/delivery.ts';
import { BadUserInputError, CursorExpiredError, UnavailableError } from '../../src/errors.ts';
import type { FeedItems } from '../../src/feed/feed.ts';
import { encodeTransition } from '../../src/feed/wire.ts';
import { backends } from './backends.ts';
import {
  announceAll,
  due,
  makeTransition,
  makeTransitions,
  nameEndpoint,
  nameOf,
  newTenantId,
  oldDeliveryId,
  take,
  takeUntilMarker,
} from './transitions.ts';
import { waitFor } from './wait-for.ts';

const { signal: never } = new AbortController();

describe.each(backends)('the transition feed $name', ({ open }) => {
  test('the feed sends subscribers every field of a transition, and only transitions of their tenant', async () => {
    await using feed = await open();
    const [ours, theirs] = [newTenantId(), newTenantId()];
    const items = await feed.subscribe(ours, { signal: never });
    const others = await feed.subscribe(theirs, { signal: never });
    const announced = [makeTransition(ours), makeTransition(theirs), makeTransition(ours, { id: oldDeliveryId() })];
    await feed.publish(announced);
    expect((await take(items, 2)).map(item => item.transition)).toEqual([announced[0], announced[2]]);
    expect((await take(others, 1)).map(item => item.transition)).toEqual([announced[1]]);
  });

  test('the feed sends a new subscriber no transitions from before its subscription', async () => {
    await using feed = await open();
    const tenantId = newTenantId();
    await using first = await feed.subscribe(tenantId, { signal: never }).then(disposable);
    for (let i = 0; i < 50; i++) {
      await feed.publish(makeTransitions(tenantId, 3));
      const items = await feed.subscribe(tenantId, { signal: never });
      const next = makeTransition(tenantId);
      await feed.publish([next]);
      expect((await take(items, 1)).map(item => nameOf(item.transition))).toEqual([nameOf(next)]);
      await items.return?.();
    }
    expect(await take(first.items, 200)).toHaveLength(200);
  });

  test('the feed sends each version of a delivery once and in order, in whatever order the versions are announced', async () => {
    await using feed = await open();
    const tenantId = newTenantId();
    const items = await feed.subscribe(tenantId, { signal: never });
    const { id } = makeTransition(tenantId).delivery;
    const announced = [2, 3, 1, 2, 5, 4, 4, 1].map(version => makeTransition(tenantId, { id, version }));
    expect(await announceAll(feed, announced)).toEqual([]);
    const taken = await takeUntilMarker(feed, tenantId, items);
    expect(taken.map(item => [item.transition.delivery.version, item.skipped])).toEqual(
      [1, 2, 3, 4, 5].map(version => [version, 0]),
    );
  });

  test('the feed rejects a version of a delivery until the version before it is announced', async () => {
    await using feed = await open();
    const tenantId = newTenantId();
    const items = await feed.subscribe(tenantId, { signal: never });
    const { id } = makeTransition(tenantId).delivery;
    const [first, second, third] = [1, 2, 3].map(version => makeTransition(tenantId, { id, version }));
    expect(await feed.publish([second as Transition])).toEqual([second]);
    expect(await feed.publish([first as Transition, third as Transition])).toEqual([third]);
    expect(await feed.publish([third as Transition, second as Transition])).toEqual([third]);
    expect(await feed.publish([third as Transition])).toEqual([]);
    const taken = await takeUntilMarker(feed, tenantId, items);
    expect(taken.map(item => item.transition)).toEqual([first, second, third]);
  });

  test('the feed accepts any version of a delivery as the first if the publisher says that earlier ones are announced', async () => {
    await using feed = await open();
    const tenantId = newTenantId();
    const items = await feed.subscribe(tenantId, { signal: never });
    const id = oldDeliveryId();
    const seventh = makeTransition(tenantId, { id, version: 7 });
    expect(await feed.publish([seventh])).toEqual([seventh]);
    expect(await feed.publish([seventh], { areEarlierAnnounced: true })).toEqual([]);
    expect(await feed.publish([seventh], { areEarlierAnnounced: true })).toEqual([]);
    expect(await feed.publish([makeTransition(tenantId, { id, version: 8 })])).toEqual([]);
    const taken = await takeUntilMarker(feed, tenantId, items);
    expect(taken.map(item => [item.transition.delivery.version, item.skipped])).toEqual([
      [7, 0],
      [8, 0],
    ]);
  });

  test('the feed resumes after any cursor without a gap or duplicate', async () => {
    await using feed = await open();
    const tenantId = newTenantId();
    const start = await feed.cursor(tenantId);
    const items = await feed.subscribe(tenantId, { signal: never });
    for (let i = 0; i < 10; i++) await feed.publish(makeTransitions(tenantId, 7));
    const all = (await take(items, 70)).map(item => ({ cursor: item.cursor, name: nameOf(item.transition) }));
    for (const [index, cursor] of [start, ...all.map(each => each.cursor)].entries()) {
      const resumed = await feed.subscribe(tenantId, { after: cursor, signal: never });
      const rest = await takeUntilMarker(feed, tenantId, resumed);
      await resumed.return?.();
      const names = rest.map(item => nameOf(item.transition)).slice(0, 70 - index);
      expect(names).toEqual(all.slice(index).map(each => each.name));
    }
  });

  test('the feed does not send a resumed subscriber a version that was announced before its cursor', async () => {
    await using feed = await open();
    const tenantId = newTenantId();
    const announced = makeTransitions(tenantId, 5);
    await feed.publish(announced);
    const cursor = await feed.cursor(tenantId);
    await feed.publish(announced);
    const next = makeTransition(tenantId);
    await feed.publish([next]);
    const resumed = await feed.subscribe(tenantId, { after: cursor, signal: never });
    await feed.publish(announced);
    const taken = await takeUntilMarker(feed, tenantId, resumed);
    expect(taken.map(item => nameOf(item.transition))).toEqual([nameOf(next)]);
  });

  test('the feed sends a slow reader every transition that the log keeps, and does not slow down a fast reader', async () => {
    await using feed = await open();
    const tenantId = newTenantId();
    const slow = await feed.subscribe(tenantId, { signal: never });
    const quick = await feed.subscribe(tenantId, { signal: never });
    const announced = makeTransitions(tenantId, 4_000);
    for (let from = 0; from < announced.length; from += 40) {
      const batch = announced.slice(from, from + 40);
      await feed.publish(batch);
      expect((await take(quick, 40)).map(item => item.transition)).toEqual(batch);
    }
    const taken = await take(slow, announced.length);
    expect(taken.map(item => nameOf(item.transition))).toEqual(announced.map(nameOf));
    expect(taken.every(item => item.skipped === 0)).toBe(true);
  });

  test('the feed reports to a reader the exact number of transitions that it missed because the log dropped them', async () => {
    await using feed = await open({ keepMs: 0, keepTransitions: 500 });
    const tenantId = newTenantId();
    const slow = await feed.subscribe(tenantId, { signal: never });
    const announced = makeTransitions(tenantId, 5_000);
    for (let from = 0; from < announced.length; from += 100) await feed.publish(announced.slice(from, from + 100));
    const taken = await takeUntilMarker(feed, tenantId, slow);
    expect(taken.length).toBeGreaterThanOrEqual(500);
    expect(taken[0]?.skipped).toBeGreaterThan(0);
    expect(taken.slice(1).every(item => item.skipped === 0)).toBe(true);
    expect(taken.map(item => nameOf(item.transition))).toEqual(announced.slice(taken[0]?.skipped).map(nameOf));
  });

  test('the feed keeps only the newest transitions within its maximum of bytes', async () => {
    const maxBytes = 1_048_576;
    await using feed = await open({ maxBytes });
    const [quiet, busy] = [newTenantId(), newTenantId()];
    await feed.publish(makeTransitions(quiet, 5));
    const start = await feed.cursor(busy);
    for (let batch = 0; batch < 100; batch += 1) await feed.publish(makeTransitions(busy, 100));
    await expect(feed.subscribe(busy, { after: start, signal: never })).rejects.toThrow(CursorExpiredError);
    const items = await feed.subscribe(busy, { after: start, mayBeLost: true, signal: never });
    const taken = await takeUntilMarker(feed, busy, items);
    expect(taken[0]?.skipped).toBe(10_000 - taken.length);
    const keptBytes = taken.reduce((sum, { transition }) => sum + encodeTransition(transition).length, 0);
    expect(keptBytes).toBeLessThan(maxBytes);
    expect(keptBytes).toBeGreaterThan(maxBytes / 3);
  });

  test('the feed loads no more transitions for a resumed reader than the reader takes', async () => {
    await using feed = await open();
    const tenantId = newTenantId();
    const cursor = await feed.cursor(tenantId);
    for (let i = 0; i < 20; i++) await feed.publish(makeTransitions(tenantId, 50));
    const items = await feed.subscribe(tenantId, { after: cursor, signal: never });
    const taken = await take(items, 1_000);
    expect(taken.every(item => item.skipped === 0)).toBe(true);
    expect(new Set(taken.map(item => nameOf(item.transition))).size).toBe(1_000);
  });

  test('the feed ends a subscription without an error on an abort, also while next() is pending', async () => {
    await using feed = await open();
    const tenantId = newTenantId();
    const aborting = new AbortController();
    const items = await feed.subscribe(tenantId, { signal: aborting.signal });
    const pending = [items.next(), items.next()];
    await turn();
    aborting.abort();
    expect(await Promise.all(pending)).toEqual([
      { value: undefined, done: true },
      { value: undefined, done: true },
    ]);
    expect(await items.next()).toEqual({ value: undefined, done: true });
    const late = await feed.subscribe(tenantId, { signal: aborting.signal });
    expect(await late.next()).toEqual({ value: undefined, done: true });
  });

  test('the feed ends a pending next() of a subscription when return() is called', async () => {
    await using feed = await open();
    const items = await feed.subscribe(newTenantId(), { signal: never });
    const pending = items.next();
    await items.return?.();
    expect((await pending).done).toBe(true);
    await items.return?.();
  });

  test('the feed ends every subscription when it is closed, rejects new ones, and can be closed twice', async () => {
    const feed = await open();
    const items = await feed.subscribe(newTenantId(), { signal: never });
    const pending = items.next();
    await feed[Symbol.asyncDispose]();
    await feed[Symbol.asyncDispose]();
    expect((await pending).done).toBe(true);
    await expect(feed.publish(makeTransitions(newTenantId(), 1))).rejects.toThrow(UnavailableError);
    await expect(feed.subscribe(newTenantId(), { signal: never })).rejects.toThrow(UnavailableError);
    await expect(feed.cursor(newTenantId())).rejects.toThrow(UnavailableError);
    feed.notifySenders(due('x'));
    expect(feed.health().connected).toBe(false);
  });

  test('the feed rejects a cursor that is malformed or of another tenant', async () => {
    await using feed = await open();
    const tenantId = newTenantId();
    await feed.publish(makeTransitions(tenantId, 40));
    const cursor = await feed.cursor(tenantId);
    const foreign = await feed.cursor(newTenantId());
    const bad = [
      '',
      ' ',
      'garbage',
      '....',
      cursor.slice(0, -1),
      cursor.slice(1),
      `${cursor} `,
      foreign,
      'x'.repeat(1 << 20),
    ];
    bad.push(cursor.toUpperCase(), cursor.replace('.14.', '.13.'));
    for (const after of bad) {
      const error = await feed.subscribe(tenantId, { after, signal: never }).catch(thrown => thrown);
      expect(error, after.slice(0, 80)).toBeInstanceOf(BadUserInputError);
      expect(error.argument).toBe('after');
    }
  });

  test('the feed keeps transitions that are recent or among the newest, and rejects older cursors as expired', async () => {
    await using feed = await open({ keepMs: 100, keepTransitions: 500 });
    const tenantId = newTenantId();
    const early = await feed.cursor(tenantId);
    const began = performance.now();
    await feed.publish(makeTransitions(tenantId, 10));
    const early10 = await feed.cursor(tenantId);
    // These transitions exceed the maximum count, but the first ones are kept while they are younger than `keepMs`.
    await feed.publish(makeTransitions(tenantId, 600));
    const young = await feed.subscribe(tenantId, { after: early, signal: never }).catch(error => error);
    if (performance.now() - began < 100) expect(young).not.toBeInstanceOf(Error);
    await young.return?.();
    await waitFor(async () => {
      await feed.publish(makeTransitions(tenantId, 1));
      const items = await feed.subscribe(tenantId, { after: early, signal: never }).catch(error => error);
      await items.return?.();
      return items instanceof CursorExpiredError;
    });
    await waitFor(async () => {
      await feed.publish(makeTransitions(tenantId, 100));
      const items = await feed.subscribe(tenantId, { after: early10, signal: never }).catch(error => error);
      await items.return?.();
      return items instanceof CursorExpiredError;
    });
    const cursor = await feed.cursor(tenantId);
    for (let i = 0; i < 10; i++) await feed.publish(makeTransitions(tenantId, 49));
    const items = await feed.subscribe(tenantId, { after: cursor, signal: never });
    expect(await take(items, 490)).toHaveLength(490);
  });

  test('the feed reports a cursor of another epoch as expired', async () => {
    await using feed = await open();
    await using other = await open();
    const tenantId = newTenantId();
    const cursor = await other.cursor(tenantId);
    await expect(feed.subscribe(tenantId, { after: cursor, signal: never })).rejects.toThrow(CursorExpiredError);
  });

  test('the feed notifies a listener of new deliveries until it is removed, even if another listener throws an error', async () => {
    await using feed = await open();
    const heard: string[] = [];
    const listening = feed.onNotification(items => heard.push(...items.map(nameEndpoint)));
    feed.onNotification(() => {
      throw new Error('A listener must not hurt the others.');
    });
    feed.notifySenders(due('a', 'b'));
    await waitFor(() => heard.length === 2);
    listening[Symbol.dispose]();
    feed.notifySenders(due('c'));
    await turn();
    expect(heard).toEqual(['a', 'b']);
  });

  test('the feed sends changes of bulk operations separately from notifications of new deliveries', async () => {
    await using feed = await open();
    const [operations, endpoints]: [string[], string[]] = [[], []];
    const listening = feed.onBulkOperations(ids => operations.push(...ids));
    feed.onNotification(items => endpoints.push(...items.map(nameEndpoint)));
    feed.notifyBulkOperations(['a', 'b']);
    feed.notifySenders(due('c'));
    await waitFor(() => operations.length === 2 && endpoints.length === 1);
    listening[Symbol.dispose]();
    feed.notifyBulkOperations(['d']);
    await turn();
    expect([operations, endpoints]).toEqual([['a', 'b'], ['c']]);
  });
});

function disposable(items: FeedItems) {
  return { items, [Symbol.asyncDispose]: async () => void (await items.return?.()) };
}
