import SchemaBuilder from '@pothos/core';
import DataloaderPlugin from '@pothos/plugin-dataloader';
import ErrorsPlugin from '@pothos/plugin-errors';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin, { type AuthFailure } from '@pothos/plugin-scope-auth';
import type { Actor } from '../domain/context.ts';
import { authorize, findForbidden, mayUse, type Verb } from '../domain/verbs.ts';
import { BadUserInputError, ForbiddenError } from '../errors.ts';
import { formatId, type IdPrefix, parseAnyId } from '../ids.ts';
import type { GraphqlContext } from './context.ts';
import FreshLoadersPlugin from './fresh-loaders-plugin.ts';
import type PrismaTypes from './generated/pothos.ts';
import { getDatamodel } from './generated/pothos.ts';

/** The types that have a global id, each with the prefix of its ids and the permission check (verb) of reading it. */
export const nodeTypes: ReadonlyMap<string, { readonly prefix: IdPrefix; readonly verb: Verb }> = new Map([
  ['Tenant', { prefix: 'tnt', verb: 'viewer' }],
  ['ApiKey', { prefix: 'key', verb: 'apiKeys' }],
  ['PortalToken', { prefix: 'ptk', verb: 'portalTokens' }],
  ['AuditEntry', { prefix: 'aud', verb: 'auditLog' }],
  ['Endpoint', { prefix: 'ep', verb: 'endpoint' }],
  ['Event', { prefix: 'evt', verb: 'event' }],
  ['Delivery', { prefix: 'dlv', verb: 'delivery' }],
  ['BulkOperation', { prefix: 'blk', verb: 'bulkOperation' }],
]);

/** The bytes that the error of a forbidden field takes in a response. A list can have one for each entry. */
const errorBytes = 300;

export interface SchemaTypes {
  Context: GraphqlContext;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: false;
  DefaultNodeNullability: false;
  PrismaTypes: PrismaTypes;
  AuthScopes: {
    /** Allows a field to credentials that may use at least one of these verbs. Root fields check their own verb. */
    anyVerb: readonly Verb[];
  };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date | number };
    JSON: { Input: unknown; Output: unknown };
  };
}

/**
 * The only schema builder. The scope-auth plugin comes first, so that nothing is resolved without permission. The
 * errors plugin comes before Prisma, so that it finds a union's error members before its rows.
 */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ScopeAuthPlugin, FreshLoadersPlugin, ErrorsPlugin, DataloaderPlugin, RelayPlugin, PrismaPlugin],
  defaultFieldNullability: false,
  scopeAuth: {
    authScopes: ({ actor }) => ({
      anyVerb: verbs => verbs.some(verb => mayUse(actor, verb)),
    }),
    unauthorizedError: (_parent, { actor, budget }, _info, { failure }) => {
      budget?.spend(errorBytes);
      return explainFailure(actor, failure);
    },
  },
  errors: { directResult: true },
  relay: {
    brandLoadedObjects: true,
    clientMutationId: 'omit',
    firstArgOptions: {
      description:
        'The number of objects to return from the start of the list: 0 to 100. Default: 20, unless `last` is given.',
    },
    afterArgOptions: {
      description:
        'Only objects after this cursor are returned. Pass the `endCursor` of a page for the next one. A cursor is opaque, and valid only for a list with the same sort order.',
    },
    lastArgOptions: {
      description: 'The number of objects to return from the end of the list: 0 to 100. Not together with `first`.',
    },
    beforeArgOptions: {
      description:
        'Only objects before this cursor are returned. Pass the `startCursor` of a page, with `last`, for the page before it.',
    },
    nodesOnConnection: { description: 'The objects of the page, without their cursors.' },
    edgesFieldOptions: { description: 'The objects of the page, each with its cursor.' },
    nodeFieldOptions: { nullable: false, description: 'The object at this position in the list.' },
    cursorFieldOptions: {
      description: 'The position of the object in the list. Pass it to `after` or `before` for the pages next to it.',
    },
    pageInfoFieldOptions: {
      description: 'Whether there are pages before and after this one, and the cursors to read them with.',
    },
    hasNextPageFieldOptions: { description: 'Whether the list has objects after this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether the list has objects before this page.' },
    startCursorFieldOptions: { description: 'The cursor of the first object. Null if the page is empty.' },
    endCursorFieldOptions: { description: 'The cursor of the last object. Null if the page is empty.' },
    pageInfoTypeOptions: {
      description: 'Whether a list has pages before and after this one, and the cursors to read them with.',
    },
    idFieldOptions: {
      description:
        'The id of the object, such as `dlv_01h455vb4pex5vsknk084sn02q`. The prefix names the type. Webhook headers and the dashboard use the same ids.',
    },
    nodeTypeOptions: { description: 'An object that `node(id:)` can read by its id.' },
    nodeQueryOptions: {
      description: 'The object with this id, of any type. Null if the tenant has no such object.',
      args: {
        id: {
          description:
            'The id of a tenant, API key, portal token, endpoint, event, delivery, bulk operation or audit entry.',
        },
      },
      resolve: (_root, { id }, { actor }, _info, load) => {
        authorize(actor, typeOf(id.typename).verb);
        return load(id);
      },
    },
    nodesQueryOptions: false,
    encodeGlobalID: (typename, uuid) => formatId(typeOf(typename).prefix, String(uuid)),
    decodeGlobalID: decodeNodeId,
  },
  prisma: {
    client: ({ services }) => services.prisma,
    dmmf: getDatamodel(),
    onUnusedQuery: process.env.NODE_ENV === 'production' ? null : 'error',
  },
});

function typeOf(typename: string) {
  const type = nodeTypes.get(typename);
  if (!type) throw new Error(`${typename} has no id prefix`);
  return type;
}

function decodeNodeId(id: string): { typename: string; id: string } {
  const parsed = parseAnyId(id);
  for (const [typename, { prefix }] of nodeTypes) if (prefix === parsed?.prefix) return { typename, id: parsed.uuid };
  throw new BadUserInputError('id', 'must be an id such as dlv_01h455vb4pex5vsknk084sn02q');
}

/** Returns the error for the first verb that failed. Failures of a map of scopes are nested, so this recurses. */
function explainFailure(actor: Actor, failure: AuthFailure): ForbiddenError {
  if ('failures' in failure && failure.failures[0]) return explainFailure(actor, failure.failures[0]);
  const [verb] = 'parameter' in failure ? (failure.parameter as readonly Verb[]) : [];
  return (verb && findForbidden(actor, verb)) ?? new ForbiddenError('This key may not read this field.', null);
}
