import { describe, expect, test } from 'vitest';
import type { PreviousState, Transition } from '../../../src/delivery.ts';
import {
  checkFilter,
  type DeliveryFilterInput,
  narrowToEndpoint,
} from '../../../src/domain/deliveries/delivery-filter.ts';
import { matchesFilter } from '../../../src/domain/deliveries/filter-match.ts';
import { BadUserInputError } from '../../../src/errors.ts';
import { formatId, newUuid, uuidLowerBound } from '../../../src/ids.ts';
import { aDelivery } from '../../fixtures/seed-deliveries.ts';

const uuid = newUuid(Date.now());
const id = (prefix: 'dlv' | 'evt' | 'ep') => formatId(prefix, uuid);
const check = (input: DeliveryFilterInput) => checkFilter(input, 'filter', { endpointIds: null });

function refusal(input: DeliveryFilterInput): string {
  try {
    check(input);
  } catch (error) {
    if (error instanceof BadUserInputError) return error.argument;
    throw error;
  }
  return expect.unreachable('it should have been refused');
}

describe('checkFilter', () => {
  test('ignores fields that are absent or null', () => {
    const open = checkFilter(undefined, 'filter', { endpointIds: null });
    expect(Object.values(open).every(value => value === null)).toBe(true);
    expect(checkFilter(null, 'filter', { endpointIds: null })).toEqual(open);
    expect(check({ ids: null, statuses: undefined, createdAt: {}, search: '' })).toEqual(open);
    expect(check({ search: ' \u00a0\n' })).toEqual(open);
  });

  test.each<[string, DeliveryFilterInput]>([
    ['filter.ids.1', { ids: [id('dlv'), id('evt')] }],
    ['filter.ids.0', { ids: ['dlv_'] }],
    ['filter.ids.0', { ids: [id('dlv').toUpperCase()] }],
    ['filter.endpointIds.0', { endpointIds: [uuid] }],
    ['filter.eventIds.0', { eventIds: [''] }],
    ['filter.eventTypes.2', { eventTypes: ['a', 'a.*', 'a b'] }],
    ['filter.eventTypes.0', { eventTypes: ['*'] }],
    ['filter.eventTypes.0', { eventTypes: ['a\u0000'] }],
    ['filter.responseStatuses.0.from', { responseStatuses: [{ from: 1.5 }] }],
    ['filter.responseStatuses.1.to', { responseStatuses: [{}, { to: 2 ** 31 }] }],
    ['filter.createdAt.from', { createdAt: { from: new Date(Number.NaN) } }],
    ['filter.createdAt.to', { createdAt: { to: new Date(Number.NaN) } }],
    ['filter.search', { search: 'a'.repeat(257) }],
    ['filter.search', { search: 'a\u0000' }],
    ['filter.search', { search: '\ud800' }],
    ['filter.ids', { ids: Array(1001).fill(id('dlv')) }],
    ['filter.statuses', { statuses: Array(1001).fill('FAILED') }],
    ['filter.responseStatuses', { responseStatuses: Array(1001).fill({}) }],
  ])('rejects an invalid %s with an error that names the field', (argument, input) => {
    expect(refusal(input)).toBe(argument);
  });

  test('accepts lists of 1,000 entries and a search of 256 characters', () => {
    expect(check({ ids: Array(1000).fill(id('dlv')) }).ids).toEqual(new Set([uuid]));
    expect(check({ search: ` ${'A'.repeat(254)} ` }).search).toBe('a'.repeat(254));
  });

  test('converts creation times to bounds of the delivery id, exact to the millisecond, also for times that no id can have', () => {
    const at = new Date('2026-03-04T05:06:07.089Z');
    expect(check({ createdAt: { from: at, to: new Date(at.getTime() + 1) } })).toMatchObject({
      fromId: uuidLowerBound(at.getTime()),
      untilId: uuidLowerBound(at.getTime() + 1),
    });
    expect(check({ createdAt: { from: new Date(-1) } }).fromId).toBe('00000000-0000-7000-8000-000000000000');
    expect(check({ createdAt: { to: new Date(8.64e15) } }).untilId).toBe('ffffffff-ffff-7000-8000-000000000000');
  });

  test('merges response ranges that overlap or touch, and drops empty ones', () => {
    const ranges = [{ from: 500 }, { from: 404, to: 404 }, { from: 300, to: 403 }, { from: 9, to: 8 }, { to: -1 }];
    expect(check({ responseStatuses: ranges }).responseStatuses).toEqual([
      { from: 300, to: 404 },
      { from: 500, to: 32_767 },
    ]);
    expect(check({ responseStatuses: [{ from: -(2 ** 31), to: 2 ** 31 - 1 }, { from: 5 }] }).responseStatuses).toEqual([
      { from: 0, to: 32_767 },
    ]);
  });

  test('converts a search for a delivery or event id to a filter by this id', () => {
    expect(check({ search: ` ${id('dlv').toUpperCase()}\n` })).toMatchObject({ ids: new Set([uuid]), search: null });
    expect(check({ search: id('evt') })).toMatchObject({ eventIds: new Set([uuid]), ids: null, search: null });
    expect(check({ search: id('dlv'), ids: [] }).ids?.size).toBe(0);
    expect(check({ search: id('ep') }).search).toBe(id('ep'));
  });

  test('returns a filter that can be narrowed to one endpoint', () => {
    expect(narrowToEndpoint(check({}), uuid).endpointIds).toEqual(new Set([uuid]));
    expect(narrowToEndpoint(check({ endpointIds: [] }), uuid).endpointIds?.size).toBe(0);
  });
});

describe('matchesFilter', () => {
  const delivery = aDelivery({ endpointId: newUuid(Date.now()), status: 'FAILED', responseStatus: 503 });
  const processing: PreviousState = {
    status: 'PROCESSING',
    failureReason: null,
    responseStatus: null,
    errorCode: null,
    bulkOperationId: null,
    latencyMs: 5000,
  };
  const transition: Transition = {
    delivery,
    previous: processing,
    occurredAt: 0,
    endpointName: 'Müller 100%',
    endpointUrl: 'https://shop.test/hook_a',
  };
  const matches = (input: DeliveryFilterInput) => matchesFilter(check(input), transition);

  test('distinguishes a transition by which a delivery stops matching from one by which it starts matching', () => {
    expect(matches({})).toEqual({ before: true, after: true });
    expect(matches({ statuses: ['PROCESSING'] })).toEqual({ before: true, after: false });
    expect(matches({ statuses: ['FAILED'] })).toEqual({ before: false, after: true });
    expect(matches({ failureReasons: ['EXHAUSTED'] })).toEqual({ before: false, after: true });
    expect(matches({ responseStatuses: [{ from: 500, to: 503 }] })).toEqual({ before: false, after: true });
    expect(matches({ responseStatuses: [{}] })).toEqual({ before: false, after: true });
    expect(matches({ latencyMs: { from: 1000 } })).toEqual({ before: true, after: false });
    expect(matches({ latencyMs: { from: 40, to: 40 } })).toEqual({ before: false, after: true });
    expect(matches({ latencyMs: { from: 41, to: 40 } })).toEqual({ before: false, after: false });
    expect(matches({ statuses: ['PENDING'] })).toEqual({ before: false, after: false });
    expect(matches({ statuses: [] })).toEqual({ before: false, after: false });
  });

  test('reports that a delivery did not match before its creation', () => {
    expect(matchesFilter(check({}), { ...transition, previous: null })).toEqual({ before: false, after: true });
  });

  test.each(['MÜLLER', '100%', 'hook_', 'payment.C', 'er 1'])('finds the delivery by the search text "%s"', search => {
    expect(matches({ search }).after).toBe(true);
  });

  test.each(['100_', 'hook%', 'payment*', '\\', 'muller'])(
    'does not find the delivery by the search text "%s"',
    search => {
      expect(matches({ search }).after).toBe(false);
    },
  );
});
