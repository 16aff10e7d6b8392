import type { FieldRef, SchemaTypes } from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import type { Actor } from '../domain/context.ts';
import { idCursors, whereIdBetween } from '../domain/id-pages.ts';
import { encodeCursor, type Page, type PageInput, readPage } from '../domain/pages.ts';
import { authorize } from '../domain/verbs.ts';
import type { GraphqlContext } from './context.ts';
import { type Connection, toConnection } from './pages.ts';

/** For the verb of each list that uses cursors of `idCursors`: the name of the list, which its cursors contain. */
const lists = {
  tenants: 'tenants',
  portalTokens: 'portal tokens',
  auditLog: 'audit log',
  bulkOperations: 'bulkOperations',
} as const;

/** The pages that were selected, by the arguments object of the connection field that is being resolved. */
const pages = new WeakMap<object, Page<readonly [id: string]>>();

type Row = { readonly id: string };

/**
 * Changes a `t.prismaConnection`, so that it uses the cursors of this API. Its rows are ordered by id, newest first.
 *
 * The Prisma plugin of Pothos plans the query with its relations, reads one row more than the page, and trims it. Its
 * own cursors are not used, because they are valid for any list and tenant, and fail if retention has removed their
 * row. It also accepts only one of `after` and `before`. The plugin therefore gets neither argument, and `selectPage`
 * adds both as a condition to the query.
 *
 * @param verb the permission check, which runs before the arguments of the page are checked.
 */
export function withIdCursors<Types extends SchemaTypes, Shape>(
  verb: keyof typeof lists,
  field: FieldRef<Types, Shape, 'Query'>,
): FieldRef<Types, Shape, 'Query'> {
  field.updateConfig(config => {
    const read = config.resolve as GraphQLFieldResolver<unknown, GraphqlContext, object, Promise<Connection<Row>>>;
    const resolve: GraphQLFieldResolver<unknown, GraphqlContext, PageInput> = async (root, given, context, info) => {
      authorize(context.actor, verb);
      const cursors = cursorsOf(verb, context.actor);
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

/** Cursors are valid for one tenant, except those of the list of tenants, which belongs to none. */
function cursorsOf(verb: keyof typeof lists, { tenantId }: Actor) {
  return idCursors(lists[verb], verb === 'tenants' ? '' : tenantId);
}

/** Returns the Prisma query of a page, from the `query` and arguments of the resolver of a `t.prismaConnection`. */
export function selectPage<Query extends { readonly take: number; readonly skip: number }>(query: Query, args: object) {
  const page = pages.get(args);
  if (!page) throw new Error('a connection without cursors');
  return { ...query, where: whereIdBetween(page), orderBy: { id: 'desc' } } as const;
}
