import { setImmediate } from 'node:timers/promises';
import { withTransaction } from '../../database/pool.ts';
import { BadUserInputError, InvalidStateError, NotFoundError } from '../../errors.ts';
import { formatId, newUuid, uuidTime } from '../../ids.ts';
import { announceCreated } from '../announcements/announce-created.ts';
import { checkAll, checkEach, joinPath, requireId, requireLine } from '../arguments.ts';
import type { DomainContext, Services } from '../context.ts';
import { inputLimits } from '../input-limits.ts';
import { authorize } from '../verbs.ts';
import { requireEventType } from './event-type.ts';
import type { EventRow } from './find-events.ts';
import { insertEvents, type NewEvent } from './insert-events.ts';
import { type CheckedInput, insertOnce, insertOnceWithin } from './insert-once.ts';
import { requirePayload } from './payload.ts';
import { insertWithNewTypes } from './register-event-types.ts';
import { lockRouting, type Route, type RoutingTable } from './routing.ts';

export interface PublishEventInput {
  readonly type: string;
  readonly payload?: unknown;
  readonly payloadText?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  readonly endpointIds?: readonly string[] | null | undefined;
}

/** The names of the client's input, for error messages. */
export interface PublishPaths {
  /** The name of the argument that contains the inputs. */
  readonly list: string;
  /** Returns the path of one input. Empty if the client passes the fields of one input as arguments. */
  readonly inputOf: (index: number) => string;
  /** The name of the field that contains the payload as text. */
  readonly payloadText: string;
}

const namedPaths: Readonly<Record<'input' | 'inputs', PublishPaths>> = {
  input: { list: 'input', inputOf: () => 'input', payloadText: 'payloadText' },
  inputs: { list: 'inputs', inputOf: index => `inputs.${index}`, payloadText: 'payloadText' },
};

const maxEndpointIds = 1000;
const maxKeyLength = 255;
/**
 * The routing may change while an event is being published. After this many failed attempts, the routing is locked for
 * the next attempt.
 */
const maxOptimisticRounds = 3;
/** How long, in ms, events are created before other work of the process gets a turn. */
const maxTurnMs = 10;

/**
 * Publishes up to 1,000 events: all or none, in one transaction that also creates a delivery for every matching
 * endpoint. Payloads are redacted before they are written. An event whose idempotency key was used within 7 days is not
 * published again; the first event with that key is returned instead.
 *
 * @returns the events in the order of the inputs.
 * @throws BadUserInputError, PayloadTooLargeError, IdempotencyConflictError, NotFoundError (an endpoint of
 *   `endpointIds`), InvalidStateError (one that is disabled), QuotaExceededError (too many event types), ForbiddenError
 *   without EVENTS_PUBLISH.
 */
export async function publishEvents(
  { services, actor }: DomainContext,
  inputs: readonly PublishEventInput[],
  named: keyof typeof namedPaths | PublishPaths,
): Promise<EventRow[]> {
  authorize(actor, 'publishEvents');
  const paths = typeof named === 'string' ? namedPaths[named] : named;
  if (inputs.length > inputLimits.maxEventsPerRequest) {
    throw new BadUserInputError(paths.list, `must have at most ${inputLimits.maxEventsPerRequest} entries`);
  }
  const checked = checkEach(inputs, (input, index) =>
    checkInput(input, paths.inputOf(index), paths.payloadText, services.limits.maxPayloadBytes),
  );
  const keyed = checked.some(input => input.idempotencyKey !== null);
  for (let round = 0; round < maxOptimisticRounds; round += 1) {
    const table = await services.routing.read(actor.tenantId, round > 0);
    // An endpoint that is missing in the cached routing table may be new, so the table is read again before an error is
    // returned.
    if (round === 0 && !checked.every(input => knowsEndpoints(input, table))) continue;
    const events = await createEvents(services, actor.tenantId, checked, table);
    const rows = await insertWithNewTypes(services, actor.tenantId, async () =>
      keyed
        ? insertOnce(services, actor.tenantId, table.revision, checked, events)
        : (await services.eventWriter.write(actor.tenantId, table.revision, events)) && events.map(toRow),
    );
    if (rows) return rows;
  }
  return insertWithNewTypes(services, actor.tenantId, () => publishLocked(services, actor.tenantId, checked, keyed));
}

/** Publishes while the tenant's routing is locked, so that it cannot change before the insert. */
async function publishLocked(
  services: Services,
  tenantId: string,
  inputs: readonly CheckedInput[],
  keyed: boolean,
): Promise<EventRow[]> {
  const { announcement, rows } = await withTransaction(services.publishPool, async client => {
    await lockRouting(client, tenantId);
    const table = await services.routing.read(tenantId, true);
    const events = await createEvents(services, tenantId, inputs, table);
    if (keyed) return insertOnceWithin(client, services, tenantId, table.revision, inputs, events);
    return { announcement: await insertEvents(client, tenantId, table.revision, events), rows: events.map(toRow) };
  });
  if (!announcement) throw new Error('the routing changed although it was locked');
  announceCreated(services, announcement);
  return rows;
}

function checkInput(
  input: PublishEventInput,
  path: string,
  payloadText: string,
  maxPayloadBytes: number,
): CheckedInput {
  const { endpointIds = null, idempotencyKey = null } = input;
  const pathOf = (field: string) => joinPath(path, field);
  if (endpointIds && endpointIds.length > maxEndpointIds) {
    throw new BadUserInputError(pathOf('endpointIds'), `must have at most ${maxEndpointIds} entries`);
  }
  const checked = checkAll({
    type: () => requireEventType(input.type, pathOf('type')),
    payload: () => requirePayload(input, path, maxPayloadBytes, payloadText),
    idempotencyKey: () =>
      idempotencyKey === null ? null : requireLine(idempotencyKey, pathOf('idempotencyKey'), maxKeyLength),
    endpointIds: () =>
      endpointIds && [
        ...new Set(checkEach(endpointIds, (id, index) => requireId('ep', id, pathOf(`endpointIds.${index}`)))),
      ],
  });
  return { path, ...checked };
}

/** Creates the events. It lets other work run every 10 ms, because redaction can take milliseconds for each event. */
async function createEvents(
  services: Services,
  tenantId: string,
  inputs: readonly CheckedInput[],
  table: RoutingTable,
): Promise<NewEvent[]> {
  const events: NewEvent[] = [];
  let turnStartedMs = performance.now();
  for (const input of inputs) {
    if (performance.now() - turnStartedMs > maxTurnMs) {
      await setImmediate();
      turnStartedMs = performance.now();
    }
    events.push(createEvent(services, tenantId, input, table));
  }
  return events;
}

/**
 * Creates an event with a delivery for each of its endpoints, and redacts its payload.
 *
 * @param id the UUIDv7 of the event. Default: a new one.
 * @throws NotFoundError, InvalidStateError for endpoints in `endpointIds`.
 */
export function createEvent(
  services: Pick<Services, 'clock' | 'limits'>,
  tenantId: string,
  input: Omit<CheckedInput, 'idempotencyKey'>,
  table: RoutingTable,
  id = newUuid(services.clock.now()),
): NewEvent {
  const now = uuidTime(id);
  const routes = input.endpointIds ? pickRoutes(input, input.endpointIds, table) : table.match(input.type);
  const deliveries = routes.map(route => ({
    id: newUuid(now),
    route,
    maxAttempts: (route.schedule ?? services.limits.defaultRetryScheduleSeconds).length + 1,
  }));
  return { id, tenantId, type: input.type, payload: table.redact(input.payload), isTest: false, deliveries };
}

function knowsEndpoints({ endpointIds }: CheckedInput, table: RoutingTable): boolean {
  return (endpointIds ?? []).every(id => (table.routes.get(id)?.status ?? 'DISABLED') !== 'DISABLED');
}

function pickRoutes(input: Pick<CheckedInput, 'path'>, endpointIds: readonly string[], table: RoutingTable): Route[] {
  const argument = joinPath(input.path, 'endpointIds');
  return endpointIds.map(endpointId => {
    const route = table.routes.get(endpointId);
    if (!route) {
      throw new NotFoundError(`There is no such endpoint as one in ${argument}.`, argument, formatId('ep', endpointId));
    }
    if (route.status === 'DISABLED') {
      throw new InvalidStateError(
        `The endpoint "${route.name}" in ${argument} is disabled: enable it first.`,
        'DISABLED',
      );
    }
    return route;
  });
}

function toRow({ id, tenantId, type, payload, isTest }: NewEvent): EventRow {
  return { id, tenantId, type, payload, isTest };
}
