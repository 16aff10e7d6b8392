import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import { readSized, type SizedRow } from '../byte-budget.ts';
import type { DomainContext } from '../context.ts';
import { authorize } from '../verbs.ts';
import { excerptBytes } from './read-attempts.ts';

export interface AttemptKey {
  readonly deliveryId: string;
  readonly number: number;
}

export interface AttemptTexts extends AttemptKey {
  /**
   * The rendered URL. Null, like the request headers, if no request could be prepared, or if the sender was lost before
   * it recorded the request.
   */
  readonly requestUrl: string | null;
  /** The request headers as JSON: [[name, value], ...]. The value of a secret header is null. */
  readonly requestHeaders: string | null;
  /** The response headers as JSON: [[name, value], ...]. Null if there was no response. */
  readonly responseHeaders: string | null;
  /** The first 500 bytes of the response body. The last character may be cut. */
  readonly responseExcerpt: Buffer | null;
}

export interface RequestBody extends AttemptKey {
  /**
   * The request body. Null if it was the unchanged payload of the event (see `payloadEventId`), if no request was
   * prepared or recorded, or if retention has deleted the payload.
   */
  readonly body: Buffer | null;
  /** The event (a UUID) whose payload was sent unchanged. Null otherwise. */
  readonly payloadEventId: string | null;
}

export interface ResponseBody extends AttemptKey {
  /**
   * The response body, up to `MAX_RESPONSE_BYTES`. Null if there was no response, or if the endpoint does not store
   * bodies.
   */
  readonly body: Buffer | null;
  /** The response headers as JSON: [[name, value], ...]. Their content type names the character set of the body. */
  readonly responseHeaders: string | null;
}

type KeyValues = [tenantId: string, deliveryIds: string, numbers: string, maxBytes: number];

/**
 * Defines a statement that reads the attempts with the given keys, if they belong to the tenant. It returns the long
 * texts of as many attempts as fit in `maxBytes`.
 *
 * @param sizeOf SQL for the number of bytes of the texts of `a` (attempt) and `d` (delivery).
 * @param columns the columns to return. Long texts must be wrapped in `CASE WHEN is_loaded`.
 */
function defineSizedStatement<Row extends AttemptKey>(name: string, sizeOf: string, columns: string) {
  // OFFSET 0 makes PostgreSQL look up each row by its key. Otherwise the planner may build hash tables of whole tables.
  return defineStatement<KeyValues, Row & SizedRow>({
    name,
    text: `
SELECT a.delivery_id AS "deliveryId", a.number, bytes, is_loaded AS "isLoaded", ${columns}
FROM (
  SELECT a.*, d.event_id, d.payload, ${sizeOf} AS bytes,
    sum(${sizeOf}) OVER (ORDER BY a.delivery_id, a.number) <= $4 AS is_loaded
  FROM unnest($2::uuid[], $3::int[]) AS wanted (delivery_id, number)
  CROSS JOIN LATERAL (
    SELECT d.event_id, d.payload FROM delivery d WHERE d.id = wanted.delivery_id AND d.tenant_id = $1 OFFSET 0) d
  CROSS JOIN LATERAL (
    SELECT * FROM attempt a WHERE a.delivery_id = wanted.delivery_id AND a.number = wanted.number OFFSET 0) a) a`,
  });
}

const lengthOf = (column: string) => `coalesce(octet_length(${column}), 0)`;

const textsStatement = defineSizedStatement<AttemptTexts>(
  'attempt-texts-load',
  `(${lengthOf('a.request_url')} + ${lengthOf('a.request_headers')} + ${lengthOf('a.response_headers')} + ${excerptBytes})`,
  `CASE WHEN is_loaded THEN a.request_url END AS "requestUrl",
  CASE WHEN is_loaded THEN a.request_headers END AS "requestHeaders",
  CASE WHEN is_loaded THEN a.response_headers END AS "responseHeaders",
  CASE WHEN is_loaded THEN coalesce(a.response_excerpt, substring(a.response_body from 1 for ${excerptBytes})) END AS "responseExcerpt"`,
);

/*
 * Reads request bodies. A body that equals the event's payload was not stored again, and is read from the delivery's
 * own copy, or by the caller from the event (`payloadEventId`).
 */
const requestBodyStatement = defineSizedStatement<RequestBody>(
  'attempt-request-bodies-load',
  `CASE WHEN a.request_headers IS NULL THEN 0 ELSE coalesce(octet_length(a.request_body), octet_length(d.payload), 0) END`,
  `CASE WHEN is_loaded AND a.request_headers IS NOT NULL
    THEN coalesce(a.request_body, convert_to(a.payload, 'UTF8')) END AS body,
  CASE WHEN a.request_headers IS NOT NULL AND a.request_body IS NULL AND a.payload IS NULL THEN a.event_id END
    AS "payloadEventId"`,
);

const responseBodyStatement = defineSizedStatement<ResponseBody>(
  'attempt-response-bodies-load',
  `(${lengthOf('a.response_body')} + ${lengthOf('a.response_headers')})`,
  `CASE WHEN is_loaded THEN a.response_body END AS body,
  CASE WHEN is_loaded THEN a.response_headers END AS "responseHeaders"`,
);

/**
 * Loads the URL, the headers and the first bytes of the response of these attempts of the tenant, in any order.
 *
 * @throws ForbiddenError without DELIVERIES_READ; AnswerTooLargeError if the texts exceed the byte budget of the
 *   GraphQL operation.
 */
export function loadAttemptTexts(ctx: DomainContext, keys: readonly AttemptKey[]): Promise<AttemptTexts[]> {
  return load(ctx, textsStatement, keys);
}

/** Loads the request bodies of these attempts of the tenant, in any order. Throws as `loadAttemptTexts` does. */
export function loadRequestBodies(ctx: DomainContext, keys: readonly AttemptKey[]): Promise<RequestBody[]> {
  return load(ctx, requestBodyStatement, keys);
}

/** Loads the response bodies of these attempts of the tenant, in any order. Throws as `loadAttemptTexts` does. */
export function loadResponseBodies(ctx: DomainContext, keys: readonly AttemptKey[]): Promise<ResponseBody[]> {
  return load(ctx, responseBodyStatement, keys);
}

async function load<Row extends AttemptKey & SizedRow>(
  { services, actor, budget }: DomainContext,
  statement: (executor: DomainContext['services']['pool'], values: KeyValues) => Promise<Row[]>,
  keys: readonly AttemptKey[],
): Promise<Row[]> {
  authorize(actor, 'delivery');
  if (keys.length === 0) return [];
  return readSized<AttemptKey, Row>(
    budget,
    keys,
    (some, maxBytes) =>
      statement(services.pool, [
        actor.tenantId,
        encodePlainArray(some.map(key => key.deliveryId)),
        encodePlainArray(some.map(key => key.number)),
        maxBytes,
      ]),
    row => row,
  );
}
