import { describe, expect, test } from 'vitest';
import { type CursorScope, encodeCursor, type PageInput, readPage, slicePage } from '../../src/domain/pages.ts';
import { BadUserInputError } from '../../src/errors.ts';

type Key = readonly [id: string];
const scope: CursorScope<Key> = {
  kind: 'endpoints',
  order: 'ID DESC',
  tenantId: '01900000-0000-7000-8000-000000000000',
  isKey: (values): values is Key => values.length === 1 && typeof values[0] === 'string',
};

const read = (input: PageInput) => readPage(input, scope);

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof BadUserInputError) return error.argument;
    throw error;
  }
  return expect.unreachable('it should have been refused');
}

describe('readPage', () => {
  test('returns a page of 20 rows from the start by default', () => {
    expect(read({})).toEqual({ size: 20, backward: false, after: null, before: null });
    expect(read({ first: null, last: null, after: null, before: null })).toEqual(read({}));
  });

  test('accepts a page size of 0 to 100 for first and last', () => {
    expect(read({ first: 0 })).toMatchObject({ size: 0, backward: false });
    expect(read({ first: 100 })).toMatchObject({ size: 100, backward: false });
    expect(read({ last: 0 })).toMatchObject({ size: 0, backward: true });
    expect(read({ last: 100 })).toMatchObject({ size: 100, backward: true });
  });

  test.each([-1, 101, 1.5, Number.NaN, 2 ** 31])('rejects a page size of %d', size => {
    expect(refusal(() => read({ first: size }))).toBe('first');
    expect(refusal(() => read({ last: size }))).toBe('last');
  });

  test('rejects `first` together with `last`', () => {
    expect(refusal(() => read({ first: 1, last: 1 }))).toBe('last');
    expect(refusal(() => read({ first: 0, last: 0 }))).toBe('last');
  });

  test('reads the rows just before a cursor if only `before` is given, and the first rows between two cursors', () => {
    const cursor = encodeCursor(scope, ['a']);
    expect(read({ before: cursor })).toMatchObject({ backward: true, before: ['a'] });
    expect(read({ after: cursor })).toMatchObject({ backward: false, after: ['a'] });
    expect(read({ before: cursor, first: 3 })).toMatchObject({ backward: false });
    expect(read({ after: cursor, last: 3 })).toMatchObject({ backward: true });
    expect(read({ after: cursor, before: encodeCursor(scope, ['b']) })).toMatchObject({
      backward: false,
      after: ['a'],
      before: ['b'],
    });
  });
});

describe('a pagination cursor', () => {
  const cursor = encodeCursor(scope, ['ü"\\']);

  test('decodes to the key that it was created from', () => {
    expect(read({ after: cursor }).after).toEqual(['ü"\\']);
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  test('is rejected by another list', () => {
    for (const other of [
      { kind: 'events' },
      { order: 'ID ASC' },
      { tenantId: '01900000-0000-7000-8000-000000000001' },
    ]) {
      const foreign = encodeCursor({ ...scope, ...other }, ['a']);
      expect(refusal(() => read({ after: foreign }))).toBe('after');
      expect(refusal(() => read({ before: foreign }))).toBe('before');
    }
  });

  test('is rejected if any part of it is wrong', () => {
    const wrong = ['', ' ', 'null', 'x', '0'.repeat(1024 * 1024), '\u0000', '\ud800', '🦄', '[]', btoa('["a"]')];
    wrong.push(`${cursor} `, ` ${cursor}`, `${cursor}=`, cursor.toLowerCase(), cursor + cursor);
    for (let cut = 0; cut < cursor.length; cut += 1) wrong.push(cursor.slice(0, cut), cursor.slice(cut + 1));
    for (let at = 0; at < cursor.length; at += 1) {
      wrong.push(`${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`);
    }
    for (const text of wrong) {
      expect(refusal(() => read({ after: text }))).toBe('after');
      expect(refusal(() => read({ before: text }))).toBe('before');
    }
  });

  test('is rejected if it is well formed and contains another kind of key', () => {
    const forge = (key: readonly unknown[]) => encodeCursor(scope as unknown as CursorScope<readonly unknown[]>, key);
    for (const key of [[], [1], [null], ['a', 'b'], [['a']]]) {
      expect(refusal(() => read({ after: forge(key) }))).toBe('after');
    }
  });
});

describe('slicePage', () => {
  test('reports whether there are more rows in the direction of reading, and on the other side', () => {
    expect(slicePage(read({ first: 2 }), ['a', 'b', 'c'])).toEqual({
      rows: ['a', 'b'],
      hasNextPage: true,
      hasPreviousPage: false,
    });
    expect(slicePage(read({ first: 2, after: encodeCursor(scope, ['x']) }), ['a', 'b'])).toEqual({
      rows: ['a', 'b'],
      hasNextPage: false,
      hasPreviousPage: true,
    });
  });

  test('reverses rows that were read from the end of the list', () => {
    expect(slicePage(read({ last: 2 }), ['c', 'b', 'a'])).toEqual({
      rows: ['b', 'c'],
      hasNextPage: false,
      hasPreviousPage: true,
    });
    expect(slicePage(read({ last: 2, before: encodeCursor(scope, ['x']) }), ['c'])).toEqual({
      rows: ['c'],
      hasNextPage: true,
      hasPreviousPage: false,
    });
  });

  test('reports whether there are more rows, even for an empty page', () => {
    expect(slicePage(read({ first: 0 }), ['a'])).toEqual({ rows: [], hasNextPage: true, hasPreviousPage: false });
    expect(slicePage(read({ first: 0 }), [])).toEqual({ rows: [], hasNextPage: false, hasPreviousPage: false });
  });
});
