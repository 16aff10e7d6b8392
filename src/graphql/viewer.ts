import { type Actor, permissions } from '../domain/context.ts';
import { formatId } from '../ids.ts';
import { ApiKeyType } from './api-key.ts';
import { builder } from './builder.ts';
import { permissionList, portalEndpointList } from './costs.ts';
import { PermissionType } from './enums.ts';
import { TenantType } from './tenant.ts';

const Viewer = builder.objectRef<Actor>('Viewer').implement({
  description: 'The credential that sent the request.',
  fields: t => ({
    tenant: t.prismaField({
      type: TenantType,
      description: 'The tenant that the credential acts for.',
      resolve: (query, { tenantId }, _args, { services }) =>
        services.prisma.tenant.findUniqueOrThrow({ ...query, where: { id: tenantId } }),
    }),
    apiKey: t.prismaField({
      type: ApiKeyType,
      nullable: true,
      description: 'The API key that sent the request. Null for the root key and for a portal token.',
      resolve: (query, { apiKeyId, portalToken }, _args, { services }) =>
        apiKeyId === null || portalToken
          ? null
          : services.prisma.apiKey.findUnique({ ...query, where: { id: apiKeyId } }),
    }),
    permissions: t.field({
      type: [PermissionType],
      extensions: permissionList,
      description: 'The permissions of the credential.',
      resolve: actor => permissions.filter(permission => actor.permissions.has(permission)),
    }),
    endpointIds: t.idList({
      extensions: portalEndpointList,
      nullable: true,
      description:
        'The ids of the endpoints that the portal token of the request can see. Null if the request uses a key, which can see all endpoints.',
      resolve: ({ endpointIds }) => endpointIds && [...endpointIds].map(id => formatId('ep', id)),
    }),
    maxEndpoints: t.int({
      nullable: true,
      description:
        'The largest number of endpoints that a portal token can have. Its holder may create endpoints until it is reached. Deleted ones are not counted. Null for a portal token that may not create endpoints, and for a key.',
      resolve: ({ portalToken }) => portalToken?.maxEndpoints ?? null,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the portal token that sent the request expires. Null for a key, whose expiry is `apiKey.expiresAt`.',
      resolve: ({ portalToken }) => portalToken?.expiresAt ?? null,
    }),
  }),
});

builder.queryField('viewer', t =>
  t.field({
    type: Viewer,
    description: 'The credential that sent the request, with its tenant and permissions. Needs no permission.',
    resolve: (_root, _args, { actor }) => actor,
  }),
);
