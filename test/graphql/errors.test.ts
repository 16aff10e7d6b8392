import { expect, test } from 'vitest';
import { Prisma } from '../../src/database/generated/client.ts';
import { toClientError } from '../../src/graphql/errors.ts';

test('a response that is too long for a string is QUERY_TOO_COMPLEX, not an internal error', () => {
  let thrown: unknown;
  try {
    // Causes the error that JSON.stringify throws if its result is longer than the longest possible string.
    [1, 2, 3].map(() => 'x'.repeat(2 ** 28)).join('');
  } catch (error) {
    thrown = error;
  }
  const reported: unknown[] = [];
  const error = toClientError(thrown, each => String(reported.push(each)));
  expect(error.extensions).toMatchObject({ code: 'QUERY_TOO_COMPLEX', http: { status: 400 } });
  expect(reported).toEqual([]);
});

test('an operation that times out during a call of Prisma gets TIMEOUT, not an internal error', () => {
  const message =
    '\nInvalid `prisma.tenant.findUniqueOrThrow()` invocation:\n\n\nThe operation took more than 10000 ms.';
  const wrapped = new Prisma.PrismaClientKnownRequestError(message, { code: 'TIMEOUT', clientVersion: '' });
  const reported: unknown[] = [];
  const error = toClientError(wrapped, each => String(reported.push(each)));
  expect(error.message).toBe('The operation took more than 10000 ms.');
  expect(error.extensions).toMatchObject({ code: 'TIMEOUT' });
  expect(reported).toEqual([]);
});
