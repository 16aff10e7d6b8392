import {
  BadUserInputError,
  IdempotencyConflictError,
  InvalidStateError,
  type LivehookError,
  NotFoundError,
  PayloadTooLargeError,
  QuotaExceededError,
} from '../errors.ts';
import { builder } from './builder.ts';
import { ErrorCodeType } from './enums.ts';

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
  description: 'The tenant has nothing of this id.',
  interfaces: [ErrorInterface],
});

builder.objectType(BadUserInputError, {
  name: 'BadUserInputError',
  description: 'Input that can never be accepted: sending it again makes no difference.',
  interfaces: [ErrorInterface],
  fields: t => ({ argument: t.exposeString('argument', { description: argumentDescription }) }),
});

builder.objectType(InvalidStateError, {
  name: 'InvalidStateError',
  description: 'It exists, and is not in a state in which this can be done. Nothing was changed.',
  interfaces: [ErrorInterface],
});

builder.objectType(QuotaExceededError, {
  name: 'QuotaExceededError',
  description:
    'The tenant has as many endpoints, event types, API keys or similar as this server allows. Nothing was changed. The message names the setting that raises the number.',
  interfaces: [ErrorInterface],
  fields: t => ({
    limit: t.exposeInt('limit', { description: 'How many the tenant may have, such as 1000.' }),
  }),
});

builder.objectType(IdempotencyConflictError, {
  name: 'IdempotencyConflictError',
  description: 'The idempotency key was used within 7 days for another type, payload or list of endpoints.',
  interfaces: [ErrorInterface],
});

builder.objectType(PayloadTooLargeError, {
  name: 'PayloadTooLargeError',
  description: 'The payload has more bytes than this server accepts (`MAX_PAYLOAD_BYTES`, 262,144 by default).',
  interfaces: [ErrorInterface],
  fields: t => ({ argument: t.exposeString('argument', { description: argumentDescription }) }),
});
