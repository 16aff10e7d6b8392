import { isRoot } from '../domain/context.ts';
import { effectivePaths } from '../domain/redaction/redaction-settings.ts';
import { createTenant } from '../domain/tenants/create-tenant.ts';
import { listTenants } from '../domain/tenants/list-tenants.ts';
import { updateRedaction } from '../domain/tenants/update-redaction.ts';
import { builder } from './builder.ts';
import { redactionPathList } from './costs.ts';
import { resultUnion } from './mutation-results.ts';
import { pageArguments, toConnection } from './pages.ts';

const RedactionType = builder
  .objectRef<{ readonly paths: readonly string[]; readonly scanCardNumbers: boolean }>('Redaction')
  .implement({
    description: 'What is replaced by `[REDACTED]` in payloads before anything is stored or sent.',
    fields: t => ({
      paths: t.stringList({
        extensions: redactionPathList,
        description: 'Where the values stand, such as `card.number`, `*.iban`, `items[*].pan` or `**.cvv`.',
        resolve: ({ paths }) => [...paths],
      }),
      scanCardNumbers: t.exposeBoolean('scanCardNumbers', {
        description: 'Whether values that hold a card number (13 to 19 digits, Luhn) are replaced wherever they stand.',
      }),
    }),
  });

export const TenantType = builder.prismaNode('Tenant', {
  description: 'An account whose data nobody else sees. A fresh install has one, `default`.',
  id: { field: 'id' },
  nullable: true,
  // The root key sees all of them, any other key its own.
  findUnique: (id, { actor }) => ({ id, ...(!isRoot(actor) && { AND: { id: actor.tenantId } }) }),
  fields: t => ({
    name: t.exposeString('name', { description: 'What it is called.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    redaction: t.field({
      type: RedactionType,
      description: 'What is replaced by `[REDACTED]` in its payloads before anything is stored or sent.',
      resolve: tenant => ({ paths: effectivePaths(tenant), scanCardNumbers: tenant.scanCardNumbers }),
    }),
  }),
});

const TenantConnection = builder.connectionObject(
  { type: TenantType, name: 'TenantConnection', description: 'A page of tenants.' },
  { name: 'TenantEdge', description: 'A tenant in a page.' },
);

builder.queryField('tenants', t =>
  t.field({
    type: TenantConnection,
    description: 'All tenants, newest first. For the root key only.',
    authScopes: { root: true },
    args: pageArguments(t),
    resolve: async (_root, args, context) => toConnection(await listTenants(context, args)),
  }),
);

builder.mutationField('createTenant', t =>
  t.field({
    type: TenantType,
    description: 'Makes a tenant. For the root key only, which then acts for it with the header `livehook-tenant`.',
    errors: resultUnion('CreateTenantResult', ['BAD_USER_INPUT', 'QUOTA_EXCEEDED']),
    args: { name: t.arg.string({ required: true, description: 'What to call it: 1 to 200 characters.' }) },
    resolve: (_root, { name }, context) => createTenant(context, name),
  }),
);

const UpdateRedactionInput = builder.inputType('UpdateRedactionInput', {
  description: 'What to change: absent keeps, null resets to the default, a list replaces the whole.',
  fields: t => ({
    paths: t.stringList({
      description:
        "Up to 200 paths from the payload's root, such as `card.number`: names joined by dots, `*` for any member or item, `[*]` or `[0]` for items, `**` for any number of levels. A path has at most 32 steps and 4 `**`; all paths together have at most 1,000 steps, paths such as `**.cvv` not counted. Case, `_` and `-` do not matter. Default: the usual names of card numbers and security codes at any depth, such as `**.cvv`.",
    }),
    scanCardNumbers: t.boolean({
      description:
        'Whether to replace every string and number that holds 13 to 19 digits which pass the Luhn check, separators allowed. About one number of ten of that length passes by chance. Default: false.',
    }),
  }),
});

builder.mutationField('updateRedaction', t =>
  t.field({
    type: TenantType,
    description:
      'Sets what is redacted in payloads. It holds for every event that is accepted after the answer, by any server.',
    errors: resultUnion('UpdateRedactionResult', ['BAD_USER_INPUT']),
    args: { input: t.arg({ type: UpdateRedactionInput, required: true, description: 'What to change.' }) },
    resolve: (_root, { input }, context) => updateRedaction(context, input),
  }),
);
