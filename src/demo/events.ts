import { randomInt, randomUUID } from 'node:crypto';

/** An event as a shop would publish it. */
export interface DemoEvent {
  readonly type: string;
  readonly payload: Record<string, unknown>;
}

const customers = [
  'Ada Lovelace',
  'Grace Hopper',
  'Alan Turing',
  'Katherine Johnson',
  'Edsger Dijkstra',
  'Barbara Liskov',
];
const products = ['Espresso machine', 'Standing desk', 'Noise-cancelling headphones', 'Mechanical keyboard'];

const kinds: readonly (() => DemoEvent)[] = [
  () => ({
    type: 'order.created',
    payload: { orderId: id('ord'), product: pick(products), quantity: randomInt(1, 5) },
  }),
  () => ({
    type: 'order.shipped',
    payload: { orderId: id('ord'), carrier: pick(['DHL', 'UPS', 'PostNL']), trackingCode: id('trk') },
  }),
  () => ({
    type: 'payment.completed',
    payload: { paymentId: id('pay'), amount: randomInt(500, 50_000), currency: 'EUR' },
  }),
  () => ({
    type: 'payment.failed',
    payload: { paymentId: id('pay'), reason: pick(['card_declined', 'insufficient_funds']) },
  }),
  () => ({
    type: 'customer.created',
    payload: { customerId: id('cus'), name: pick(customers), plan: pick(['free', 'pro']) },
  }),
  () => ({
    type: 'license.activated',
    payload: { licenseId: id('lic'), seats: randomInt(1, 50), holder: pick(customers) },
  }),
];

/** Creates a random event for the demo. */
export function createDemoEvent(): DemoEvent {
  const { type, payload } = pick(kinds)();
  return { type, payload: { ...payload, occurredAt: new Date().toISOString() } };
}

function pick<T>(choices: readonly T[]): T {
  return choices[randomInt(choices.length)] as T;
}

function id(prefix: string): string {
  return `${prefix}_${randomUUID().slice(0, 8)}`;
}
