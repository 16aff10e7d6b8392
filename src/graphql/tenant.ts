import { isRoot } from '../domain/context.ts';
import { effectivePaths } from '../domain/redaction/redaction-settings.ts';
import { createTenant, type TenantRow } from '../domain/tenants/create-tenant.ts';
import { deleteTenant } from '../domain/tenants/delete-tenant.ts';
import { listTenants } from '../domain/tenants/list-tenants.ts';
import { renameTenant } from '../domain/tenants/rename-tenant.ts';
import { updateRedaction } from '../domain/tenants/update-redaction.ts';
import { builder } from './builder.ts';
import { redactionPathList } from './costs.ts';
import { resultUnion } from './mutation-results.ts';
import { selectPage, withIdCursors } from './prisma-pages.ts';

const RedactionType = builder
  .objectRef<{ readonly paths: readonly string[]; readonly scanCardNumbers: boolean }>('Redaction')
  .implement({
    description: 'The values of payloads that are replaced by `[REDACTED]` before anything is stored or sent.',
    fields: t => ({
      paths: t.stringList({
        extensions: redactionPathList,
        description:
          'The paths of values that are replaced, such as `card.number`, `*.iban`, `items[*].pan` or `**.cvv`.',
        resolve: ({ paths }) => [...paths],
      }),
      scanCardNumbers: t.exposeBoolean('scanCardNumbers', {
        description: 'Whether card numbers (13 to 19 digits that pass the Luhn check) are replaced in any value.',
      }),
    }),
  });

/** The largest GraphQL integer, which has 32 bits. */
const maxInt = 2 ** 31 - 1;

const TenantDeletionType = builder.objectRef<Pick<TenantRow, 'removedRows' | 'purgedAt'>>('TenantDeletion').implement({
  description: 'The progress of removing the data of a deleted tenant in the background.',
  fields: t => ({
    removed: t.int({
      description:
        'The number of rows that have been removed so far: events, deliveries, endpoints, keys and so on. At most 2,147,483,647 is reported.',
      resolve: ({ removedRows }) => Math.min(Number(removedRows), maxInt),
    }),
    isDone: t.boolean({
      description: 'Whether all data of the tenant has been removed.',
      resolve: ({ purgedAt }) => purgedAt !== null,
    }),
    finishedAt: t.expose('purgedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the last data of the tenant was removed. Null while `isDone` is false.',
    }),
  }),
});

export const TenantType = builder.prismaNode('Tenant', {
  description: 'An account whose data other tenants never see. A new installation has one, `default`.',
  id: { field: 'id' },
  nullable: true,
  // The root key sees every tenant. Any other key sees only its own.
  findUnique: (id, { actor }) => ({ id, ...(!isRoot(actor) && { AND: { id: actor.tenantId } }) }),
  fields: t => ({
    name: t.exposeString('name', { description: 'The name that people gave the tenant, such as `Acme`.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the tenant was created.' }),
    deletedAt: t.expose('deletedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the tenant was deleted. From then on, its keys are rejected and nothing is sent to its endpoints. Null if it is not deleted.',
    }),
    deletion: t.field({
      type: TenantDeletionType,
      nullable: true,
      description:
        'The progress of removing the data of the tenant, which starts a minute after `deletedAt`. Null if the tenant is not deleted.',
      resolve: tenant => (tenant.deletedAt ? tenant : null),
    }),
    redaction: t.field({
      type: RedactionType,
      description: 'The redaction settings of the tenant.',
      resolve: tenant => ({ paths: effectivePaths(tenant), scanCardNumbers: tenant.scanCardNumbers }),
    }),
  }),
});

const TenantConnection = builder.connectionObject(
  { type: TenantType, name: 'TenantConnection', description: 'A page of tenants.' },
  { name: 'TenantEdge', description: 'A tenant in a page.' },
);

builder.queryField('tenants', t =>
  withIdCursors(
    'tenants',
    t.prismaConnection(
      {
        type: TenantType,
        cursor: 'id',
        description: 'All tenants, newest first. Only the root key can read them.',
        args: {
          includeDeleted: t.arg.boolean({
            description:
              'Whether deleted tenants are returned too. A deleted tenant can be read until 30 days after its data was removed. Default: false.',
          }),
        },
        resolve: (query, _root, args, context) => listTenants(context, args, selectPage(query, args)),
      },
      TenantConnection,
    ),
  ),
);

builder.mutationField('createTenant', t =>
  t.field({
    type: TenantType,
    description:
      'Creates a tenant. Only the root key can do this. To act for the new tenant, the root key names it in the header `livehook-tenant`.',
    errors: resultUnion('CreateTenantResult', ['BAD_USER_INPUT', 'QUOTA_EXCEEDED']),
    args: { name: t.arg.string({ required: true, description: 'The name of the tenant: 1 to 200 characters.' }) },
    resolve: (_root, { name }, context) => createTenant(context, name),
  }),
);

const tenantIdDescription = 'The id of the tenant, such as `tnt_01h455vb4pex5vsknk084sn02q`.';

builder.mutationFields(t => ({
  renameTenant: t.field({
    type: TenantType,
    description: 'Renames a tenant. Only the root key can do this.',
    errors: resultUnion('RenameTenantResult', ['NOT_FOUND', 'BAD_USER_INPUT', 'INVALID_STATE']),
    args: {
      id: t.arg.id({ required: true, description: tenantIdDescription }),
      name: t.arg.string({ required: true, description: 'The new name: 1 to 200 characters.' }),
    },
    resolve: (_root, { id, name }, context) => renameTenant(context, id, name),
  }),
  deleteTenant: t.field({
    type: TenantType,
    description:
      'Deletes a tenant for good. Only the root key can do this, and not for the default tenant. No request to an endpoint of the tenant starts after the response. Within seconds, its keys and portal tokens get UNAUTHORIZED, and its websockets and event streams are closed. Its data is removed in the background: `Tenant.deletion` shows the progress.',
    errors: resultUnion('DeleteTenantResult', ['NOT_FOUND', 'BAD_USER_INPUT', 'INVALID_STATE']),
    args: { id: t.arg.id({ required: true, description: tenantIdDescription }) },
    resolve: (_root, { id }, context) => deleteTenant(context, id),
  }),
}));

const UpdateRedactionInput = builder.inputType('UpdateRedactionInput', {
  description:
    'The redaction settings to change. An absent field keeps its value, null resets it to the default, and a list replaces the whole list.',
  fields: t => ({
    paths: t.stringList({
      description:
        'Up to 200 paths from the root of the payload, such as `card.number`: names joined by dots, `*` for any member or item, `[*]` or `[0]` for items, `**` for any number of levels. A path has at most 32 steps and 4 `**`. All paths together have at most 1,000 steps, not counting paths such as `**.cvv`. Case, `_` and `-` do not matter. Default: the usual names of card numbers and security codes at any depth, such as `**.cvv`.',
    }),
    scanCardNumbers: t.boolean({
      description:
        'Whether to replace every string and number of 13 to 19 digits that pass the Luhn check, also with separators. About one of ten numbers of that length passes by chance. Default: false.',
    }),
  }),
});

builder.mutationField('updateRedaction', t =>
  t.field({
    type: TenantType,
    description:
      'Changes the redaction settings of the tenant. The new settings apply to all events that are published after the response of this mutation, through any server.',
    errors: resultUnion('UpdateRedactionResult', ['BAD_USER_INPUT']),
    args: {
      input: t.arg({ type: UpdateRedactionInput, required: true, description: 'The redaction settings to change.' }),
    },
    resolve: (_root, { input }, context) => updateRedaction(context, input),
  }),
);
