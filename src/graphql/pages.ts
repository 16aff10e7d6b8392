import type { CursorPage } from '../domain/pages.ts';
import type { SchemaTypes } from './builder.ts';

type FieldBuilder = PothosSchemaTypes.FieldBuilder<PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>, unknown>;

/**
 * The arguments of every connection. The domain functions validate them: an invalid page size is an error, never
 * clamped.
 */
export function pageArguments(t: { readonly arg: FieldBuilder['arg'] }) {
  return {
    first: t.arg.int({
      description:
        'The number of objects to return from the start of the list: 0 to 100. Default: 20, unless `last` is given.',
    }),
    after: t.arg.string({
      description:
        'Only objects after this cursor are returned. Pass the `endCursor` of a page for the next one. A cursor is opaque, and valid only in the same order.',
    }),
    last: t.arg.int({
      description: 'The number of objects to return from the end of the list: 0 to 100. Not together with `first`.',
    }),
    before: t.arg.string({
      description:
        'Only objects before this cursor are returned. Pass the `startCursor` of a page, with `last`, for the page before it.',
    }),
  };
}

/** A page of rows as a Relay connection. */
export interface Connection<Row> {
  readonly edges: { readonly node: Row; readonly cursor: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** Uses getters, so that fields that are not selected are not computed. */
export function toConnection<Row>(page: CursorPage<Row>): Connection<Row> {
  const { rows, hasNextPage, hasPreviousPage } = page;
  const cursorAt = (index: number) => {
    const row = rows.at(index);
    return row === undefined ? null : page.cursorOf(row);
  };
  return {
    edges: rows.map(node => new Edge(page, node)),
    pageInfo: {
      hasNextPage,
      hasPreviousPage,
      get startCursor() {
        return cursorAt(0);
      },
      get endCursor() {
        return cursorAt(-1);
      },
    },
  };
}

class Edge<Row> {
  readonly #page: CursorPage<Row>;
  readonly node: Row;

  constructor(page: CursorPage<Row>, node: Row) {
    this.#page = page;
    this.node = node;
  }

  get cursor(): string {
    return this.#page.cursorOf(this.node);
  }
}
