import { describe, expect, test } from 'vitest';
import type { Transition } from '../../src/delivery.ts';
import { decodeBatch, encodeBatch, encodeTransition } from '../../src/feed/wire.ts';
import { makeTransition, newTenantId } from './transitions.ts';

const tenantId = newTenantId();
const operationId = '01900000-0000-7000-8000-0000000000b1';

function decode(transition: Transition) {
  const batch = JSON.parse(encodeBatch([encodeTransition(transition)]));
  return { fields: batch[1], entries: decodeBatch(tenantId, 1, batch) };
}

describe('an encoded transition of a delivery', () => {
  test('contains the bulk operation ids of the delivery and of its previous state', () => {
    const made = makeTransition(tenantId, { version: 2 });
    const previous = made.previous && { ...made.previous, bulkOperationId: operationId };
    for (const bulkOperationId of [operationId, null]) {
      const transition = { ...made, delivery: { ...made.delivery, bulkOperationId }, previous };
      expect(decode(transition).entries).toEqual([{ position: 1, transition }]);
    }
  });

  test('can be read by versions without bulk operations if it has none', () => {
    const transition = makeTransition(tenantId, { version: 2 });
    const { fields, entries } = decode(transition);
    expect(fields).toHaveLength(22);
    expect(fields[18]).toHaveLength(4);
    expect(entries).toEqual([{ position: 1, transition }]);
  });

  test('contains the latency of the delivery and of its previous state, with and without a bulk operation', () => {
    const made = makeTransition(tenantId, { version: 2 });
    for (const bulkOperationId of [operationId, null]) {
      const previous = made.previous && { ...made.previous, bulkOperationId, latencyMs: 0 };
      const transition = { ...made, delivery: { ...made.delivery, bulkOperationId, latencyMs: 1234 }, previous };
      expect(decode(transition).entries).toEqual([{ position: 1, transition }]);
    }
  });

  test('is rejected by the reader if the latency is not a whole number', () => {
    const { fields } = decode(makeTransition(tenantId));
    expect(decodeBatch(tenantId, 1, [2, [...fields, null, 7]])).not.toBeNull();
    for (const latency of ['7', -1, 1.5]) expect(decodeBatch(tenantId, 1, [2, [...fields, null, latency]])).toBeNull();
  });

  test('is rejected by the reader if the bulk operation id is not text', () => {
    const { fields } = decode(makeTransition(tenantId));
    expect(decodeBatch(tenantId, 1, [2, [...fields, 7]])).toBeNull();
  });
});
