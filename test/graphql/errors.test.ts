import { expect, test } from 'vitest';
import { toClientError } from '../../src/graphql/errors.ts';

test('an answer that no string can hold is too much asked for, and no fault of the server', () => {
  let thrown: unknown;
  try {
    // What `JSON.stringify` of too many large texts throws.
    [1, 2, 3].map(() => 'x'.repeat(2 ** 28)).join('');
  } catch (error) {
    thrown = error;
  }
  const reported: unknown[] = [];
  const error = toClientError(thrown, each => String(reported.push(each)));
  expect(error.extensions).toMatchObject({ code: 'QUERY_TOO_COMPLEX', http: { status: 400 } });
  expect(reported).toEqual([]);
});
