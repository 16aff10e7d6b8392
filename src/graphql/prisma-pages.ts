import type { FieldRef, SchemaTypes } from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import { type IdCursors, whereIdBetween } from '../domain/id-pages.ts';
import { encodeCursor, type Page, type PageInput, readPage } from '../domain/pages.ts';
import { authorize, type Verb } from '../domain/verbs.ts';
import type { GraphqlContext } from './context.ts';
import { type Connection, toConnection } from './pages.ts';

/** The page of the connection that is resolved with these arguments. */
const pages = new WeakMap<object, Page<readonly [id: string]>>();

type Row = { readonly id: string };

/**
 * Gives a `t.prismaConnection` the cursors of this API. Its rows are ordered by id, newest first.
 *
 * The plugin plans the query with its relations, reads one row more than the page, and trims it. Its own cursors fit any
 * list and tenant and name a row that may be gone, and it accepts only one of `after` and `before`. So it gets neither
 * of them here: `selectPage` turns both into a condition of the query.
 *
 * @param verb authorized before the arguments of the page are checked.
 */
export function withIdCursors<Types extends SchemaTypes, Shape>(
  verb: Verb,
  cursorsOf: (context: GraphqlContext) => IdCursors,
  field: FieldRef<Types, Shape, 'Query'>,
): FieldRef<Types, Shape, 'Query'> {
  field.updateConfig(config => {
    const read = config.resolve as GraphQLFieldResolver<unknown, GraphqlContext, object, Promise<Connection<Row>>>;
    const resolve: GraphQLFieldResolver<unknown, GraphqlContext, PageInput> = async (root, given, context, info) => {
      authorize(context.actor, verb);
      const cursors = cursorsOf(context);
      const page = readPage(given, cursors);
      const { size, backward, after, before } = page;
      const args = { ...given, first: backward ? null : size, last: backward ? size : null, after: null, before: null };
      pages.set(args, page);
      const { edges, pageInfo } = await read(root, args, context, info);
      const { hasNextPage, hasPreviousPage } = pageInfo;
      return toConnection({
        rows: edges.map(({ node }) => node),
        hasNextPage: backward ? before !== null : size > 0 && hasNextPage,
        hasPreviousPage: backward ? size > 0 && hasPreviousPage : after !== null,
        cursorOf: row => encodeCursor(cursors, [row.id]),
      });
    };
    return { ...config, resolve: resolve as GraphQLFieldResolver<unknown, object> };
  });
  return field;
}

/** The Prisma query of a page, from the `query` and the arguments that the resolver of a `t.prismaConnection` gets. */
export function selectPage<Query extends { readonly take: number; readonly skip: number }>(query: Query, args: object) {
  const page = pages.get(args);
  if (!page) throw new Error('a connection without cursors');
  return { ...query, where: whereIdBetween(page), orderBy: { id: 'desc' } } as const;
}
