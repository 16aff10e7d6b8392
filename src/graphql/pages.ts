import type { CursorPage } from '../domain/pages.ts';

/** A page of rows in the form of a Relay connection. */
export interface Connection<Row> {
  readonly edges: { readonly node: Row; readonly cursor: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** Converts a page to a connection. Getters compute cursors only for operations that select them. */
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
