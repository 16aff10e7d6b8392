import { attemptErrorCodes, type DeliverySnapshot, deliveryStatuses, failureReasons } from '../../../src/delivery.ts';
import type { DeliveryFilterInput } from '../../../src/domain/deliveries/delivery-filter.ts';
import type { DeliveryOrder } from '../../../src/domain/deliveries/delivery-order.ts';
import { formatId, uuidLowerBound } from '../../../src/ids.ts';
import { aDelivery, anEndpoint, type SeedEndpoint } from '../../fixtures/seed-deliveries.ts';
import fc from '../../fixtures/seeded-fast-check.ts';

/**
 * The number of random filters with which each property is checked. To change it: `PROPERTY_RUNS=10000 npx vitest run
 * test/domain`.
 */
export const propertyRuns = Number(process.env.PROPERTY_RUNS ?? 300);

const weekMs = 7 * 86_400_000;
const eventTypes = [
  'license.created',
  'license.created.v2',
  'licenseX',
  'Payment.completed',
  'payment_x',
  'a-b.c',
  'livehook.x',
];
const latencies = [null, 0, 1, 999, 1000, 30_000, 2 ** 31 - 1];
const responses = [null, 199, 200, 204, 299, 300, 404, 410, 500, 503, 599];

const bulkOperations = [1, 2, 3].map(index => uuidIn(1_790_000_000_000, index));

export const endpoints: readonly SeedEndpoint[] = [
  anEndpoint({ name: 'Billing 100%', url: 'https://billing.test/Hook_a' }),
  anEndpoint({ name: 'MÜLLER & Söhne', url: 'https://müller.test/\\path' }),
  anEndpoint({ name: 'ΟΔΟΣ \u212a-Straße', url: 'https://xn--x.test/{{ type }}' }),
  anEndpoint({ name: 'payment', url: 'http://10.0.0.1:8080/?q=License' }),
  anEndpoint({ name: 'İstanbul \u{1f600}', url: 'https://x.test' }),
];

/**
 * Deliveries of a few events that were created within three weeks, many of them in the same millisecond. Each of them
 * has a state that the product can create.
 */
export function deliveriesAround(nowMs: number): fc.Arbitrary<DeliverySnapshot[]> {
  const moment = fc.constantFrom(0, 0, 1, 2, 1000, weekMs, weekMs + 1, 2 * weekMs).map(agoMs => nowMs - agoMs);
  const delivery = fc.record({
    moment,
    event: fc.integer({ min: 0, max: 5 }),
    replay: fc.integer({ min: 0, max: 4 }),
    endpoint: fc.constantFrom(...endpoints),
    eventType: fc.constantFrom(...eventTypes),
    status: fc.constantFrom(...deliveryStatuses),
    failureReason: fc.constantFrom(...failureReasons),
    response: fc.constantFrom(...responses),
    error: fc.constantFrom(null, ...attemptErrorCodes),
    isTest: fc.boolean(),
    bulkOperation: fc.constantFrom(null, null, ...bulkOperations),
    latencyMs: fc.constantFrom(...latencies),
  });
  return fc.array(delivery, { minLength: 250, maxLength: 250 }).map(rows => {
    const made = new Map<number, number>();
    return rows.map(row => {
      const index = made.get(row.moment) ?? 0;
      made.set(row.moment, index + 1);
      const succeeded = row.status === 'SUCCEEDED';
      const isSuccess = row.response !== null && row.response >= 200 && row.response <= 299;
      const replayed = row.replay === 0;
      return aDelivery({
        id: uuidIn(row.moment, index),
        endpointId: row.endpoint.id,
        // A replay can be created at any time after its event. Other deliveries are created in the same millisecond as
        // their event.
        eventId: uuidIn(replayed ? nowMs - 2 * weekMs : row.moment, row.event),
        replayOf: replayed ? uuidIn(nowMs - 2 * weekMs, 99) : null,
        eventType: row.eventType,
        status: row.status,
        attemptCount: row.status === 'PENDING' ? 0 : 1 + (index % 4),
        failureReason: row.status === 'FAILED' ? row.failureReason : null,
        responseStatus: succeeded ? (isSuccess ? row.response : 200) : isSuccess ? null : row.response,
        errorCode: succeeded ? null : row.error,
        isTest: row.isTest,
        bulkOperationId: row.bulkOperation,
        latencyMs: row.status === 'PENDING' ? null : row.latencyMs,
      });
    });
  });
}

export function filtersFor(deliveries: readonly DeliverySnapshot[], nowMs: number): fc.Arbitrary<DeliveryFilterInput> {
  const some = <T>(entry: fc.Arbitrary<T>, maxLength = 4) => rarely(fc.array(entry, { maxLength }));
  const time = rarely(fc.constantFrom(0, 1, 2, 1001, weekMs, 2 * weekMs).map(agoMs => new Date(nowMs + 1 - agoMs)));
  const status = fc.constantFrom(null, undefined, 0, 199, 200, 200, 204, 299, 299, 300, 404, 500, 599, -1, 2 ** 31 - 1);
  const latency = fc.constantFrom(null, undefined, ...latencies, 500, -1);
  const deliveryId = fc.constantFrom(...deliveries).map(each => formatId('dlv', each.id));
  const eventId = fc.constantFrom(...deliveries).map(each => formatId('evt', each.eventId));
  return fc.record({
    ids: some(deliveryId, 40),
    endpointIds: some(fc.constantFrom(...endpoints).map(each => formatId('ep', each.id))),
    eventIds: some(eventId, 30),
    eventTypes: some(fc.constantFrom(...eventTypes, 'license.*', 'license.created.*', 'payment.*', 'nope', 'nope.*')),
    statuses: some(fc.constantFrom(...deliveryStatuses)),
    failureReasons: some(fc.constantFrom(...failureReasons)),
    responseStatuses: some(
      fc.oneof(
        fc.record({ from: status, to: status }),
        status.map(only => ({ from: only, to: only })),
      ),
    ),
    errorCodes: some(fc.constantFrom(...attemptErrorCodes), 11),
    createdAt: rarely(fc.record({ from: time, to: time })),
    search: rarely(
      fc.oneof(
        { weight: 8, arbitrary: partOfText },
        deliveryId,
        eventId,
        fc.string({ unit: 'grapheme' }).filter(isPlain),
      ),
    ),
    isTest: rarely(fc.boolean()),
    latencyMs: rarely(fc.record({ from: latency, to: latency })),
    bulkOperationIds: some(fc.constantFrom(...bulkOperations).map(id => formatId('blk', id))),
  });
}

/** Search texts that are parts of the searched fields, in upper or lower case. */
const partOfText: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...endpoints.flatMap(each => [each.name, each.url]), ...eventTypes),
    fc.nat(),
    fc.nat(),
    fc.nat(2),
  )
  .map(([text, start, length, letterCase]) => {
    const characters = Array.from(text);
    const from = start % characters.length;
    const part = characters.slice(from, from + 1 + (length % 6)).join('');
    return [part, part.toUpperCase(), part.toLowerCase()][letterCase] ?? part;
  });

export const orders: fc.Arbitrary<DeliveryOrder> = fc.record({
  field: fc.constantFrom('CREATED_AT', 'STATUS', 'RESPONSE_STATUS', 'LATENCY'),
  direction: fc.constantFrom('ASC', 'DESC'),
});

function isPlain(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}

/** Generates null or undefined most of the time, because a filter that sets every field would match nothing. */
function rarely<T>(entry: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> {
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(null, undefined) }, { weight: 1, arbitrary: entry });
}

/** Creates a UUIDv7 with this time. Ids with the same time and a different `index` are different. */
function uuidIn(unixMs: number, index: number): string {
  return uuidLowerBound(unixMs).slice(0, -4) + index.toString(16).padStart(4, '0');
}
