import { type Actor, permissions } from '../domain/context.ts';
import { ApiKeyType } from './api-key.ts';
import { builder } from './builder.ts';
import { PermissionType } from './enums.ts';
import { TenantType } from './tenant.ts';

const Viewer = builder.objectRef<Actor>('Viewer').implement({
  description: 'Who asks.',
  fields: t => ({
    tenant: t.prismaField({
      type: TenantType,
      description: 'The tenant that the key acts for.',
      resolve: (query, { tenantId }, _args, { services }) =>
        services.prisma.tenant.findUniqueOrThrow({ ...query, where: { id: tenantId } }),
    }),
    apiKey: t.prismaField({
      type: ApiKeyType,
      nullable: true,
      description: 'The key; null for the root key.',
      resolve: (query, { apiKeyId }, _args, { services }) =>
        apiKeyId === null ? null : services.prisma.apiKey.findUnique({ ...query, where: { id: apiKeyId } }),
    }),
    permissions: t.field({
      type: [PermissionType],
      description: 'What the key may do.',
      resolve: actor => permissions.filter(permission => actor.permissions.has(permission)),
    }),
  }),
});

builder.queryField('viewer', t =>
  t.field({
    type: Viewer,
    description: 'Who asks: needs a key, and no permission.',
    resolve: (_root, _args, { actor }) => actor,
  }),
);
