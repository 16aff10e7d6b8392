import { whereEvent } from '../domain/events/load-payloads.ts';
import { mayUse } from '../domain/verbs.ts';
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
    'An expected failure of a mutation. The mutation has changed nothing. A missing key or permission is reported in the top-level `errors` instead.',
  fields: t => ({
    code: t.expose('code', {
      type: ErrorCodeType,
      description: 'The kind of the error, for programs. The meaning of a code never changes.',
    }),
    message: t.exposeString('message', {
      description: 'The error in words, such as `input.name: must not be empty`. The wording may change.',
    }),
  }),
});

const argumentDescription = 'The path of the argument that is wrong, such as `input.url` or `inputs.3.type`.';

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
  description: 'One problem of an input, with the argument that it concerns.',
  fields: t => ({
    path: t.stringList({
      extensions: argumentPath,
      description:
        'The path of the argument, outermost name first: `["inputs", "3", "type"]`. List indexes count from 0.',
      resolve: ({ argument }) => argument.split('.'),
    }),
    message: t.exposeString('message', {
      description: 'The problem in words, without the path, such as `must not be empty`. The wording may change.',
    }),
  }),
});

builder.objectType(BadUserInputError, {
  name: 'BadUserInputError',
  description: 'The input is not valid. Sending the same input again gives the same error.',
  interfaces: [ErrorInterface],
  fields: t => ({
    argument: t.exposeString('argument', {
      description: 'The path of the argument with the first problem, such as `input.url` or `inputs.3.type`.',
    }),
    problems: t.field({
      type: [InputProblemType],
      extensions: inputProblemList,
      description: 'All problems that were found in the input, including the first one. At most 100.',
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
        'The state that prevents the operation: a status of the object such as `SUCCEEDED` or `DISABLED`, `DELETED` for a deleted endpoint or tenant, `DEFAULT` for the default tenant, `PURGED` if retention has removed the payload, or `UNDECRYPTABLE` if a secret was encrypted with another `ENCRYPTION_KEY`.',
    }),
  }),
});

builder.objectType(QuotaExceededError, {
  name: 'QuotaExceededError',
  description:
    'The tenant has reached the largest number of endpoints, event types, API keys or similar objects that this server allows. Nothing was changed. The message names the server setting that sets the limit.',
  interfaces: [ErrorInterface],
  fields: t => ({
    limit: t.exposeInt('limit', { description: 'The largest number of objects of this kind, such as 1000.' }),
  }),
});

builder.objectType(IdempotencyConflictError, {
  name: 'IdempotencyConflictError',
  description: 'The idempotency key was used within 7 days for another type, payload or list of endpoints.',
  interfaces: [ErrorInterface],
  fields: t => ({
    event: t.prismaField({
      type: EventType,
      nullable: true,
      description:
        'The event that was published with this key. Null if the credential lacks DELIVERIES_READ, if retention has purged it, or if the conflict is between two inputs of this call.',
      resolve: (query, { eventId }, _args, context) => {
        if (eventId === null || !mayUse(context.actor, 'event')) return null;
        return context.services.prisma.event.findUnique({ ...query, where: whereEvent(context, eventId) });
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
