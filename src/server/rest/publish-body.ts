import { checkAll, checkEach, joinPath } from '../../domain/arguments.ts';
import type { PublishEventInput, PublishPaths } from '../../domain/events/publish-events.ts';
import { BadUserInputError } from '../../errors.ts';
import { createRequestError } from '../operation-request.ts';
import { checkJsonLimits } from '../request-json.ts';
import { extractPayloads } from './raw-payloads.ts';

/** The name of the header that makes a request with one event idempotent. */
export const idempotencyHeader = 'Idempotency-Key';

/** The events that a request publishes. */
export interface PublishRequest {
  readonly isList: boolean;
  readonly inputs: readonly PublishEventInput[];
  readonly paths: PublishPaths;
}

const fields = new Set(['type', 'payload', 'idempotencyKey', 'endpointIds']);

/**
 * Reads the body of `POST /v1/events`: an event, or an array of events. Payloads keep their text, with every digit and
 * all white space.
 *
 * @param keys the values of the `Idempotency-Key` header.
 * @throws BadUserInputError that names the field, such as `type` or `3.type`; GraphQLError (400) if the text is not
 * JSON, or exceeds the limits of a request.
 */
export function readPublishBody(text: string, keys: readonly string[]): PublishRequest {
  checkJsonLimits(text);
  const { json, payloads } = extractPayloads(text);
  const body = parseJson(json);
  const isList = Array.isArray(body);
  const paths: PublishPaths = {
    list: 'body',
    inputOf: index => (isList ? String(index) : ''),
    payloadText: 'payload',
  };
  const entries: readonly unknown[] = isList ? body : [body];
  const inputs = checkEach(entries, (entry, index) => readEvent(entry, paths.inputOf(index), payloads));
  return { isList, inputs: withHeaderKey(inputs, keys, isList), paths };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    throw createRequestError(400, 'The body is not valid JSON.');
  }
}

function readEvent(entry: unknown, path: string, payloads: readonly string[]): PublishEventInput {
  if (!isMap(entry)) {
    throw new BadUserInputError(
      path === '' ? 'body' : path,
      'must be an event, such as { "type": "a.b", "payload": {} }',
    );
  }
  const pathOf = (field: string) => joinPath(path, field.slice(0, 100));
  return checkAll({
    unknown: () =>
      checkEach(Object.keys(entry), name => {
        if (!fields.has(name)) throw new BadUserInputError(pathOf(name), 'is not a field of an event');
      }),
    type: () => requireText(entry.type, pathOf('type')),
    payloadText: () => {
      if (!Object.hasOwn(entry, 'payload')) throw new BadUserInputError(pathOf('payload'), 'is required');
      return payloads[Number(entry.payload)] as string;
    },
    idempotencyKey: () =>
      entry.idempotencyKey == null ? null : requireText(entry.idempotencyKey, pathOf('idempotencyKey')),
    endpointIds: () => (entry.endpointIds == null ? null : requireTexts(entry.endpointIds, pathOf('endpointIds'))),
  });
}

/** Adds the idempotency key of the header to the only event. In an array, each event needs its own key. */
function withHeaderKey(
  inputs: readonly PublishEventInput[],
  keys: readonly string[],
  isList: boolean,
): readonly PublishEventInput[] {
  const [key, ...others] = keys;
  const [input] = inputs;
  if (key === undefined || !input) return inputs;
  if (others.length > 0) throw new BadUserInputError(idempotencyHeader, 'must not be sent more than once');
  if (isList) {
    throw new BadUserInputError(idempotencyHeader, 'is for one event; set idempotencyKey in each event of an array');
  }
  if (input.idempotencyKey !== null) {
    throw new BadUserInputError(idempotencyHeader, 'must not be sent together with the field idempotencyKey');
  }
  // Node.js decodes headers as Latin-1, so the bytes are decoded again as UTF-8.
  return [{ ...input, idempotencyKey: Buffer.from(key, 'latin1').toString('utf8') }];
}

function requireTexts(value: unknown, argument: string): string[] {
  if (!Array.isArray(value)) throw new BadUserInputError(argument, 'must be an array of endpoint ids');
  return checkEach(value, (entry, index) => requireText(entry, joinPath(argument, String(index))));
}

function requireText(value: unknown, argument: string): string {
  if (value === undefined) throw new BadUserInputError(argument, 'is required');
  if (typeof value !== 'string') throw new BadUserInputError(argument, 'must be a string');
  return value;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
