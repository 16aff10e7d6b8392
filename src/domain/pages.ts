import { hash } from 'node:crypto';
import { BadUserInputError } from '../errors.ts';
import { requireInteger } from './arguments.ts';

/** The number of rows on a page if neither `first` nor `last` is given. */
export const defaultPageSize = 20;
export const maxPageSize = 100;

/** The length limit of cursors. A longer text is rejected before it is hashed. */
const maxCursorLength = 512;
const checkLength = 8;

/** The arguments of a Relay connection, as a client sends them. */
export interface PageInput {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** The requested page: `size` rows at the start or the end of the rows between two keys (exclusive). */
export interface Page<Key> {
  readonly size: number;
  /**
   * Whether the last `size` rows are requested. They must be read in reverse order, and `slicePage` reverses them
   * again.
   */
  readonly backward: boolean;
  readonly after: Key | null;
  readonly before: Key | null;
}

/** The list to which a cursor belongs. A cursor of another connection, order or tenant is rejected. */
export interface CursorScope<Key extends readonly unknown[]> {
  /** The name of the connection, such as `deliveries`. */
  readonly kind: string;
  /** The order of the rows, such as `CREATED_AT DESC`. */
  readonly order: string;
  readonly tenantId: string;
  /**
   * Whether the values of a cursor have the types of a sort key. Their content must not be trusted, because clients can
   * forge cursors.
   */
  isKey(values: readonly unknown[]): values is Key;
}

/** The rows of a page in the order of the connection, with the two flags of Relay. */
export interface PageRows<Row> {
  readonly rows: readonly Row[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/**
 * The rows of a page, with a function for their cursors. Each cursor needs a hash, and most clients read only the last
 * one.
 */
export interface CursorPage<Row> extends PageRows<Row> {
  /** Returns the cursor of one of `rows`. */
  cursorOf(row: Row): string;
}

/**
 * Reads the arguments of a page: 20 rows by default, from the start, or from the end if only `before` is given.
 *
 * @throws BadUserInputError if `first` or `last` is negative or over 100, `last` is given with `first`, or `after` or
 *   `before` is not a cursor of this scope.
 */
export function readPage<Key extends readonly unknown[]>(input: PageInput, scope: CursorScope<Key>): Page<Key> {
  const { first = null, after = null, last = null, before = null } = input;
  if (first !== null && last !== null) throw new BadUserInputError('last', 'must not be given together with first');
  if (first !== null) requireInteger(first, 'first', 0, maxPageSize);
  if (last !== null) requireInteger(last, 'last', 0, maxPageSize);
  return {
    size: first ?? last ?? defaultPageSize,
    backward: last !== null || (first === null && before !== null && after === null),
    after: after === null ? null : decodeCursor(scope, after, 'after'),
    before: before === null ? null : decodeCursor(scope, before, 'before'),
  };
}

/**
 * Cuts the page out of up to `size + 1` rows that were read for it. The Relay flag for the reading direction is exact.
 * The other flag only says whether there is a cursor on that side, which Relay allows.
 *
 * @see https://relay.dev/graphql/connections.htm#sec-undefined.PageInfo.Fields
 */
export function slicePage<Row>(page: Page<unknown>, fetched: readonly Row[]): PageRows<Row> {
  const more = fetched.length > page.size;
  const rows = fetched.slice(0, page.size);
  if (page.backward) return { rows: rows.reverse(), hasNextPage: page.before !== null, hasPreviousPage: more };
  return { rows, hasNextPage: more, hasPreviousPage: page.after !== null };
}

/** Returns the cursor of a row with this key. It contains nothing that the row itself does not show. */
export function encodeCursor<Key extends readonly unknown[]>(scope: CursorScope<Key>, key: Key): string {
  const body = Buffer.from(JSON.stringify(key)).toString('base64url');
  return checkOf(scope, body) + body;
}

function decodeCursor<Key extends readonly unknown[]>(scope: CursorScope<Key>, text: string, argument: string): Key {
  const body = text.slice(checkLength);
  if (text.length <= maxCursorLength && text === checkOf(scope, body) + body) {
    const values = parseJson(Buffer.from(body, 'base64url').toString());
    if (Array.isArray(values) && scope.isKey(values)) return values;
  }
  throw new BadUserInputError(argument, 'is not a cursor of this connection in this order');
}

/**
 * Returns a checksum that detects a cursor of another list by mistake. It does not prevent forgery, because a forged
 * cursor only selects among rows that the client may read anyway.
 */
function checkOf({ kind, order, tenantId }: Omit<CursorScope<never>, 'isKey'>, body: string): string {
  return hash('sha256', `${kind}\n${order}\n${tenantId}\n${body}`, 'base64url').slice(0, checkLength);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
