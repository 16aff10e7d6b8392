import { loadEventHeads } from '../domain/events/load-payloads.ts';
import {
  BadUserInputError,
  IdempotencyConflictError,
  type InputProblem,
  InvalidStateError,
  type LivehookError,
  NotFoundError,
  PayloadTooLargeError,
  QuotaExceededError,
} from '../errors.ts';
import { builder } from './builder.ts';
import { argumentPath, inputProblemList } from './costs.ts';
import { ErrorCodeType } from './enums.ts';
import { EventType } from './event.ts';

const ErrorInterface = builder.interfaceRef<LivehookError>('Error').implement({
  description:
    'What a mutation answers instead of its success, with nothing changed. A missing key or permission is no such answer: it stands in `errors`.',
  fields: t => ({
    code: t.expose('code', {
      type: ErrorCodeType,
      description: 'What went wrong, for programs. Never changes its meaning.',
    }),
    message: t.exposeString('message', {
      description: 'What went wrong, for people: such as `must not be empty`. Its words may change.',
    }),
  }),
});

const argumentDescription = 'The path of the argument, such as `input.url` or `inputs.3.type`.';

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: 'The tenant has no object with this id, or the credential has no access to it.',
  interfaces: [ErrorInterface],
  fields: t => ({
    argument: t.exposeString('argument', {
      description: 'The path of the argument that holds the id, such as `id` or `input.endpointIds`.',
    }),
    id: t.exposeID('id', { description: 'The id that was not found, such as `ep_01h455vb4pex5vsknk084sn02q`.' }),
  }),
});

const InputProblemType = builder.objectRef<InputProblem>('InputProblem').implement({
  description: 'One thing that is wrong with an input.',
  fields: t => ({
    path: t.stringList({
      extensions: argumentPath,
      description:
        'Where the argument stands, from the outermost name inwards: `["inputs", "3", "type"]`. List indexes count from 0.',
      resolve: ({ argument }) => argument.split('.'),
    }),
    message: t.exposeString('message', {
      description: 'What is wrong, for people, without the path: such as `must not be empty`. The wording may change.',
    }),
  }),
});

builder.objectType(BadUserInputError, {
  name: 'BadUserInputError',
  description: 'Input that can never be accepted: sending it again makes no difference.',
  interfaces: [ErrorInterface],
  fields: t => ({
    argument: t.exposeString('argument', {
      description: 'The path of the argument with the first problem, such as `input.url` or `inputs.3.type`.',
    }),
    problems: t.field({
      type: [InputProblemType],
      extensions: inputProblemList,
      description: 'Every problem that was found in the input, the first one included. At most 100.',
      resolve: error => [...error.problems],
    }),
  }),
});

builder.objectType(InvalidStateError, {
  name: 'InvalidStateError',
  description: 'The object exists, but its state does not allow this operation. Nothing was changed.',
  interfaces: [ErrorInterface],
  fields: t => ({
    state: t.exposeString('state', {
      description:
        'The state that prevents the operation: a status of the object such as `SUCCEEDED` or `DISABLED`, `DELETED` for a deleted endpoint or tenant, `DEFAULT` for the default tenant, or `PURGED` if retention has removed the payload.',
    }),
  }),
});

builder.objectType(QuotaExceededError, {
  name: 'QuotaExceededError',
  description:
    'The tenant has as many endpoints, event types, API keys or similar as this server allows. Nothing was changed. The message names the setting that raises the number.',
  interfaces: [ErrorInterface],
  fields: t => ({
    limit: t.exposeInt('limit', { description: 'The number that was reached, such as 1000.' }),
  }),
});

builder.objectType(IdempotencyConflictError, {
  name: 'IdempotencyConflictError',
  description: 'The idempotency key was used within 7 days for another type, payload or list of endpoints.',
  interfaces: [ErrorInterface],
  fields: t => ({
    event: t.field({
      type: EventType,
      nullable: true,
      description:
        'The event that was published with this key. Null if the credential lacks DELIVERIES_READ, if retention has purged it, or if the conflict is between two inputs of this call.',
      resolve: async ({ eventId }, _args, context) => {
        if (eventId === null || !context.actor.permissions.has('DELIVERIES_READ')) return null;
        return (await loadEventHeads(context, [eventId])).get(eventId) ?? null;
      },
    }),
  }),
});

builder.objectType(PayloadTooLargeError, {
  name: 'PayloadTooLargeError',
  description: 'The payload has more bytes than this server accepts (`MAX_PAYLOAD_BYTES`, 262,144 by default).',
  interfaces: [ErrorInterface],
  fields: t => ({ argument: t.exposeString('argument', { description: argumentDescription }) }),
});
