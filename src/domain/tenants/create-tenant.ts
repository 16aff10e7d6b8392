import type { TenantModel } from '../../database/generated/models.ts';
import { newUuid } from '../../ids.ts';
import { requireLine } from '../arguments.ts';
import type { DomainContext } from '../context.ts';
import { requireRoot } from './require-root.ts';

/** A tenant as it is stored. */
export type TenantRow = TenantModel;

const maxNameLength = 200;

/**
 * Makes a tenant: an account whose data nobody else sees.
 *
 * @throws BadUserInputError (`name`: 1 to 200 characters), ForbiddenError for any key but the root key.
 */
export async function createTenant({ services, actor }: DomainContext, name: string): Promise<TenantRow> {
  requireRoot(actor);
  const now = services.clock.now();
  return services.prisma.tenant.create({
    data: { id: newUuid(now), name: requireLine(name, 'name', maxNameLength), createdAt: new Date(now) },
  });
}
