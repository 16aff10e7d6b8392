import { requireId } from '../domain/arguments.ts';
import { listEventTypes } from '../domain/events/list-event-types.ts';
import { type EventHead, listEvents } from '../domain/events/list-events.ts';
import { previewLength, whereEvent } from '../domain/events/load-payloads.ts';
import { publishEvents } from '../domain/events/publish-events.ts';
import { uuidTime } from '../ids.ts';
import { builder } from './builder.ts';
import type { GraphqlContext } from './context.ts';
import { eventTypeList, largeText, listedText, publishedList } from './costs.ts';
import { loaders } from './loaders.ts';
import { resultUnion } from './mutation-results.ts';
import { toConnection } from './pages.ts';
import { toPayloadJson } from './payload-json.ts';

/**
 * An event. `payload` is set if it was read in the same statement. Otherwise, it is read when a field selects it,
 * because it may be large.
 */
interface EventParent extends EventHead {
  readonly payload?: string;
}

export const EventType = builder.prismaNode('Event', {
  description: 'Something that happened in a product: a type and a JSON payload. An event never changes.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, context) => whereEvent(context, id),
  fields: t => ({
    type: t.exposeString('type', { description: 'The type of the event, such as `payment.completed`.' }),
    payload: t.field({
      type: 'JSON',
      nullable: true,
      extensions: largeText,
      description:
        'The payload as JSON, with every digit of its numbers. Null if retention has removed it. A client that parses numbers as IEEE 754 doubles loses digits of integers beyond 2^53, and should read `payloadText`.',
      resolve: async (event, _args, context) => toPayloadJson(await readPayload(event, context)),
    }),
    payloadText: t.string({
      nullable: true,
      extensions: largeText,
      description: 'The payload byte for byte as it was published. Null if retention has removed it.',
      resolve: (event, _args, context) => readPayload(event, context),
    }),
    payloadPreview: t.string({
      extensions: listedText,
      description: `The first ${previewLength} characters of the payload. Empty if retention has removed it.`,
      resolve: async ({ id, payload }: EventParent, _args, context) =>
        payload === undefined ? ((await loaders.previews(context).load(id)) ?? '') : shorten(payload),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the event was published.',
      resolve: ({ id }) => uuidTime(id),
    }),
    isTest: t.exposeBoolean('isTest', { description: 'Whether `sendTestEvent` created the event.' }),
  }),
});

function readPayload(event: EventParent, context: GraphqlContext): string | null | Promise<string | null> {
  return event.payload ?? loaders.payloads(context).load(event.id);
}

function shorten(payload: string): string {
  // Twice as many code units are enough, because a character has one or two.
  return [...payload.slice(0, 2 * previewLength)].slice(0, previewLength).join('');
}

const EventConnection = builder.connectionObject(
  { type: EventType, name: 'EventConnection', description: 'A page of events.' },
  { name: 'EventEdge', description: 'An event in a page.' },
);

builder.queryFields(t => ({
  event: t.prismaField({
    type: EventType,
    nullable: true,
    description:
      'The event with this id. Null if the tenant has no event with this id, or if retention has removed it.',
    args: {
      id: t.arg.id({ required: true, description: 'The id of the event, such as `evt_01h455vb4pex5vsknk084sn02q`.' }),
    },
    resolve: (query, _root, { id }, context) =>
      context.services.prisma.event.findUnique({ ...query, where: whereEvent(context, requireId('evt', id, 'id')) }),
  }),
  events: t.connection(
    {
      type: EventType,
      description:
        'The events of the tenant, newest first. An event can become visible after one that was created later, so a client that polls for new events can miss some. Subscribe with `deliveryUpdated(after:)` from a `feedCursor` instead.',
      args: {
        types: t.arg.stringList({
          description:
            'Only events of these types are returned, exact or as prefixes such as `license.*`. An empty list matches nothing. All types by default.',
        }),
      },
      resolve: async (_root, args, context) => toConnection(await listEvents(context, args)),
    },
    EventConnection,
  ),
  eventTypes: t.stringList({
    extensions: eventTypeList,
    description: 'The event types that were published or that an endpoint subscribes to, sorted. At most 1,000.',
    resolve: (_root, _args, context) => listEventTypes(context),
  }),
}));

const PublishEventInput = builder.inputType('PublishEventInput', {
  description: 'The type, payload and options of an event to publish.',
  fields: t => ({
    type: t.string({
      required: true,
      description:
        'The event type, such as `payment.completed`: words of letters, digits, `_` and `-`, joined by dots, at most 128 characters.',
    }),
    payload: t.field({
      type: 'JSON',
      description:
        'The payload, which may be any JSON, such as `{ amount: 4200 }`. It is serialized once, when it is published. Give either `payload` or `payloadText`. At most `Settings.maxPayloadBytes` (262,144 by default) and 1,000 levels of objects and arrays.',
    }),
    payloadText: t.string({
      description:
        'The payload as JSON text, which is sent byte for byte. Use it for integers beyond 2^53, or if whitespace matters. The limits of `payload` apply.',
    }),
    idempotencyKey: t.string({
      description:
        'A key of 1 to 255 characters, such as `order-17-paid`, which is kept for 7 days. Publishing again with the same key, type, payload bytes and `endpointIds` returns the first event. If one of these differs, the result is IDEMPOTENCY_CONFLICT.',
    }),
    endpointIds: t.idList({
      description:
        'The ids of the endpoints that get the event, whatever event types they subscribe to. No other endpoint gets the event. At most 1,000. Default: all endpoints that receive the type.',
    }),
  }),
});

const PublishEventsSuccess = builder
  .objectRef<{ readonly events: readonly EventParent[] }>('PublishEventsSuccess')
  .implement({
    description: 'The success of `publishEvents`: all events were published.',
    fields: t => ({
      events: t.field({
        type: [EventType],
        extensions: publishedList,
        description: 'The published events, in the order of the inputs.',
        resolve: ({ events }) => events,
      }),
    }),
  });

const publishErrors = [
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'INVALID_STATE',
  'QUOTA_EXCEEDED',
  'IDEMPOTENCY_CONFLICT',
  'PAYLOAD_TOO_LARGE',
] as const;

builder.mutationFields(t => ({
  publishEvent: t.field({
    type: EventType,
    description:
      'Publishes an event and creates a delivery for each endpoint that receives it. If it fails, nothing is created.',
    errors: resultUnion('PublishEventResult', publishErrors),
    args: { input: t.arg({ type: PublishEventInput, required: true, description: 'The event to publish.' }) },
    resolve: async (_root, { input }, context) => {
      const [event] = await publishEvents(context, [input], 'input');
      return event as EventParent;
    },
  }),
  publishEvents: t.field({
    type: PublishEventsSuccess,
    description:
      'Publishes up to 1,000 events, all or none of them. An error names the input, such as `inputs.3.type`.',
    errors: resultUnion('PublishEventsResult', publishErrors),
    args: {
      inputs: t.arg({
        type: [PublishEventInput],
        required: true,
        description: 'The events to publish, at most 1,000.',
      }),
    },
    resolve: async (_root, { inputs }, context) => ({ events: await publishEvents(context, inputs, 'inputs') }),
  }),
}));
