import { inputLimits } from '../../domain/input-limits.ts';
import { type ErrorCode, errorCodes } from '../../errors.ts';
import { statusOf } from '../../graphql/errors.ts';
import { version } from '../../version.ts';
import { idempotencyHeader } from './publish-body.ts';

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: object) => ({ 'application/json': { schema } });

/** The error codes that publishing can return. The OpenAPI document groups them by HTTP status. */
const publishErrors: readonly ErrorCode[] = [
  'BAD_USER_INPUT',
  'QUERY_TOO_COMPLEX',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'INVALID_STATE',
  'QUOTA_EXCEEDED',
  'IDEMPOTENCY_CONFLICT',
  'PAYLOAD_TOO_LARGE',
  'RATE_LIMITED',
  'INTERNAL',
  'UNAVAILABLE',
  'TIMEOUT',
];

const event = {
  type: 'object',
  description: 'An event to publish.',
  additionalProperties: false,
  required: ['type', 'payload'],
  properties: {
    type: {
      type: 'string',
      description: 'The event type: words of letters, digits, `_` and `-`, joined by dots.',
      maxLength: 128,
      pattern: '^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*$',
      examples: ['payment.completed'],
    },
    payload: {
      description:
        'Any JSON. It is sent to endpoints byte for byte as it is written here, with every digit of its numbers. At most `MAX_PAYLOAD_BYTES` (262,144 by default) and 1,000 levels of objects and arrays.',
      examples: [{ amount: 4200 }],
    },
    idempotencyKey: {
      type: ['string', 'null'],
      description: `The idempotency key of this event, with the meaning of the header \`${idempotencyHeader}\`. Null or absent: no key.`,
      minLength: 1,
      maxLength: 255,
    },
    endpointIds: {
      type: ['array', 'null'],
      description:
        'The ids of the only endpoints that get the event, whatever event types they receive. Null or absent: all endpoints that receive the type.',
      maxItems: 1000,
      items: { type: 'string', pattern: '^ep_[0-9a-z]{26}$' },
    },
  },
};

const publishedEvent = {
  type: 'object',
  description: 'An event that was published, or the first event of its idempotency key.',
  required: ['id', 'type', 'createdAt'],
  properties: {
    id: { type: 'string', description: 'The id of the event.', examples: ['evt_01h455vb4pex5vsknk084sn02q'] },
    type: { type: 'string', description: 'The event type.' },
    createdAt: { type: 'string', format: 'date-time', description: 'When the event was published.' },
  },
};

const error = {
  type: 'object',
  description: 'The error because of which nothing was published.',
  required: ['code', 'message'],
  properties: {
    code: { type: 'string', enum: errorCodes, description: 'The kind of the error. Its meaning never changes.' },
    message: { type: 'string', description: 'The error in words. The wording may change.' },
    argument: {
      type: 'string',
      description: 'The first field or header that is wrong, such as `type`, or `3.type` in an array.',
    },
    problems: {
      type: 'array',
      description: 'All problems that were found, at most 100. Only with BAD_USER_INPUT.',
      items: {
        type: 'object',
        required: ['argument', 'message'],
        properties: { argument: { type: 'string' }, message: { type: 'string' } },
      },
    },
    permission: { type: ['string', 'null'], description: 'The permission that the key lacks. Only with FORBIDDEN.' },
    id: {
      type: 'string',
      description: 'The endpoint id that was not found, or the id of an INTERNAL error in the log.',
    },
    state: { type: 'string', description: 'The state that prevents the request. Only with INVALID_STATE.' },
    limit: { type: 'integer', description: 'The quota. Only with QUOTA_EXCEEDED.' },
    eventId: {
      type: ['string', 'null'],
      description:
        'The event that was published with the idempotency key; null if it is another event of the same request. Only with IDEMPOTENCY_CONFLICT.',
    },
  },
};

/** Describes the REST API. @param publicPath the path at which clients reach the server, with a slash at both ends. */
export function createOpenapiDocument(publicPath: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Livehook REST API',
      version,
      summary: 'Publish events over plain HTTP.',
      description: 'Everything else is in the GraphQL API, at `/graphql`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicPath === '/' ? '/' : publicPath.slice(0, -1) }],
    security: [{ key: [] }],
    paths: {
      '/v1/events': {
        post: {
          operationId: 'publishEvents',
          summary: 'Publish one event, or up to 1,000.',
          description:
            'Publishes an event, or all events of an array or none of them. A delivery is created for each endpoint that receives an event. The response is sent once all events and deliveries are stored.',
          parameters: [
            {
              name: idempotencyHeader,
              in: 'header',
              description:
                'A key for a request with one event, which is kept for 7 days. Publishing again with the same key, type, payload bytes and `endpointIds` returns the first event. If one of these differs, the request gets IDEMPOTENCY_CONFLICT.',
              schema: { type: 'string', minLength: 1, maxLength: 255 },
            },
            {
              name: 'livehook-tenant',
              in: 'header',
              description: 'The tenant that the root key acts for. Default: the tenant `default`.',
              schema: { type: 'string', pattern: '^tnt_[0-9a-z]{26}$' },
            },
          ],
          requestBody: {
            required: true,
            content: json({
              oneOf: [
                reference('Event'),
                { type: 'array', maxItems: inputLimits.maxEventsPerRequest, items: reference('Event') },
              ],
            }),
          },
          responses: { 201: published(), ...errorResponses() },
        },
      },
      '/v1/openapi.json': {
        get: {
          operationId: 'readOpenapi',
          summary: 'Read this document.',
          security: [],
          responses: { 200: { description: 'This document.', content: json({ type: 'object' }) } },
        },
      },
    },
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key with the permission EVENTS_PUBLISH.' },
      },
      schemas: {
        Event: event,
        PublishedEvent: publishedEvent,
        PublishedEvents: {
          type: 'object',
          description: 'The published events, in the order of the array.',
          required: ['events'],
          properties: { events: { type: 'array', items: reference('PublishedEvent') } },
        },
        ErrorAnswer: { type: 'object', required: ['error'], properties: { error } },
      },
    },
  };
}

function published() {
  return {
    description: 'The event was published; of an array, all events.',
    content: json({ oneOf: [reference('PublishedEvent'), reference('PublishedEvents')] }),
  };
}

function errorResponses() {
  const byStatus = Object.groupBy(publishErrors, statusOf);
  const responses = Object.entries(byStatus).map(([status, codes = []]) => [
    status,
    { description: `${codes.join(', ')}. Nothing was published.`, content: json(reference('ErrorAnswer')) },
  ]);
  const others = [
    [405, 'The method is not POST.'],
    [415, 'The content type is not application/json, or the content encoding not gzip, deflate or br.'],
  ].map(([status, description]) => [status, { description, content: json(reference('ErrorAnswer')) }]);
  return Object.fromEntries([...responses, ...others]);
}
