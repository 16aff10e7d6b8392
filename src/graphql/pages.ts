import type { PageRows } from '../domain/pages.ts';
import type { SchemaTypes } from './builder.ts';

type FieldBuilder = PothosSchemaTypes.FieldBuilder<PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>, unknown>;

/** The arguments of every connection. They are checked by the verbs: an impossible page is an error, never clamped. */
export function pageArguments(t: { readonly arg: FieldBuilder['arg'] }) {
  return {
    first: t.arg.int({ description: 'How many from the start: 0 to 100. Default: 20, where `last` is not given.' }),
    after: t.arg.string({
      description:
        'Only what comes behind this cursor: the `endCursor` of the page before, for the next page. Cursors are opaque, and hold only in the same order.',
    }),
    last: t.arg.int({ description: 'How many from the end: 0 to 100. Not together with `first`.' }),
    before: t.arg.string({
      description:
        'Only what comes before this cursor: the `startCursor` of a page, with `last`, for the page before it.',
    }),
  };
}

/** A page of rows as Relay has it. */
export interface Connection<Row> {
  readonly edges: { readonly node: Row; readonly cursor: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

export function toConnection<Row>(page: PageRows<Row> & { readonly cursors: readonly string[] }): Connection<Row> {
  const { rows, cursors, hasNextPage, hasPreviousPage } = page;
  return {
    edges: rows.map((node, index) => ({ node, cursor: cursors[index] as string })),
    pageInfo: { hasNextPage, hasPreviousPage, startCursor: cursors[0] ?? null, endCursor: cursors.at(-1) ?? null },
  };
}
