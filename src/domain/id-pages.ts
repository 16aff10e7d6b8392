import {
  type CursorPage,
  type CursorScope,
  encodeCursor,
  type Page,
  type PageInput,
  readPage,
  slicePage,
} from './pages.ts';

type IdKey = readonly [id: string];

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A page of a list that is ordered by id, newest first. */
export type IdPage<Row> = CursorPage<Row>;

/** The rows to read for a page: at most `take` rows with ids between the two bounds (exclusive), in this direction. */
export interface IdRange {
  readonly below: string | null;
  readonly above: string | null;
  readonly direction: 'asc' | 'desc';
  readonly take: number;
}

/**
 * Reads a page of a list that is ordered by id, newest first.
 *
 * @param kind the name of the list, which its cursors contain.
 * @throws BadUserInputError as `readPage` does, and the errors of `read`.
 */
export async function readIdPage<Row extends { readonly id: string }>(
  { kind, tenantId, input }: { readonly kind: string; readonly tenantId: string; readonly input: PageInput },
  read: (range: IdRange) => Promise<readonly Row[]>,
): Promise<IdPage<Row>> {
  const scope = idCursors(kind, tenantId);
  const page: Page<IdKey> = readPage(input, scope);
  const fetched =
    page.size === 0
      ? []
      : await read({
          below: page.after?.[0] ?? null,
          above: page.before?.[0] ?? null,
          direction: page.backward ? 'asc' : 'desc',
          take: page.size + 1,
        });
  return { ...slicePage(page, fetched), cursorOf: row => encodeCursor(scope, [row.id]) };
}

/** The cursors of a list that is ordered by id, newest first. `kind` is the name of the list in its cursors. */
export function idCursors(kind: string, tenantId: string): CursorScope<IdKey> {
  return { kind, order: 'ID DESC', tenantId, isKey };
}

/** The Prisma condition for the rows between the two cursors of a page. */
export function whereIdBetween({ after, before }: Pick<Page<IdKey>, 'after' | 'before'>) {
  return { id: { ...(after && { lt: after[0] }), ...(before && { gt: before[0] }) } };
}

function isKey(values: readonly unknown[]): values is IdKey {
  return values.length === 1 && typeof values[0] === 'string' && uuidPattern.test(values[0]);
}
