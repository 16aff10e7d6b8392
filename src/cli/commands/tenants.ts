import type { Command } from '@commander-js/extra-typings';
import { UsageError } from '../exit-codes.ts';
import {
  CreateTenantDocument,
  DeleteTenantDocument,
  ListTenantsDocument,
  type ListTenantsQuery,
  RenameTenantDocument,
  type TenantFieldsFragment,
} from '../generated/graphql.ts';
import { type Session, takeResult } from '../session.ts';

export function addTenants(program: Command, session: Session): void {
  const tenants = program
    .command('tenants')
    .description('List, create, rename and delete tenants. Needs the root key.');
  tenants
    .command('list')
    .description('List the tenants.')
    .option('--all', 'also deleted tenants')
    .action(async ({ all = false }) => {
      const client = session.connect();
      for (let after: string | null = null; ; ) {
        const variables = { first: 100, after, includeDeleted: all };
        const result: ListTenantsQuery = await client.request(ListTenantsDocument, variables);
        for (const tenant of result.tenants.nodes) printTenant(session, tenant);
        if (!result.tenants.pageInfo.hasNextPage) return;
        after = result.tenants.pageInfo.endCursor ?? null;
      }
    });
  tenants
    .command('create')
    .description('Create a tenant. To act for it, pass its id with --tenant.')
    .argument('<name>', 'the name to show for the tenant')
    .action(async name => {
      const { outcome } = await session.connect().request(CreateTenantDocument, { name });
      printTenant(session, takeResult(outcome) as TenantFieldsFragment);
    });
  tenants
    .command('rename')
    .description('Rename a tenant.')
    .argument('<id>', 'tnt_...')
    .argument('<name>', 'the new name')
    .action(async (id, name) => {
      const { outcome } = await session.connect().request(RenameTenantDocument, { id, name });
      printTenant(session, takeResult(outcome) as TenantFieldsFragment);
    });
  tenants
    .command('delete')
    .description('Delete a tenant with all its data, for good.')
    .argument('<id>', 'tnt_...')
    .option('--yes', 'confirm the deletion')
    .action(async (id, { yes }) => {
      if (!yes) throw new UsageError(`Deleting ${id} removes all its data for good. Add --yes to confirm it.`);
      const { outcome } = await session.connect().request(DeleteTenantDocument, { id });
      printTenant(session, takeResult(outcome) as TenantFieldsFragment);
    });
}

function printTenant(session: Session, tenant: TenantFieldsFragment): void {
  const { id, name, createdAt, deletedAt } = tenant;
  session.print(tenant, `${id}  ${createdAt}  ${name}${deletedAt ? `  deleted ${deletedAt}` : ''}`);
}
