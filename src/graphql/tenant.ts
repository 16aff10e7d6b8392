import { createTenant } from '../domain/tenants/create-tenant.ts';
import { listTenants } from '../domain/tenants/list-tenants.ts';
import { builder } from './builder.ts';
import { resultUnion } from './mutation-results.ts';
import { pageArguments, toConnection } from './pages.ts';

export const TenantType = builder.prismaNode('Tenant', {
  description: 'An account whose data nobody else sees. A fresh install has one, `default`.',
  id: { field: 'id' },
  nullable: true,
  // The root key sees all of them, any other key its own.
  findUnique: (id, { actor }) => ({ id, ...(actor.apiKeyId !== null && { AND: { id: actor.tenantId } }) }),
  fields: t => ({
    name: t.exposeString('name', { description: 'What it is called.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
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
    errors: resultUnion('CreateTenantResult', ['BAD_USER_INPUT']),
    args: { name: t.arg.string({ required: true, description: 'What to call it: 1 to 200 characters.' }) },
    resolve: (_root, { name }, context) => createTenant(context, name),
  }),
);
