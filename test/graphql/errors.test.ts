import { expect, test } from 'vitest';
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
