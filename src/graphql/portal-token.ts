import { requireInteger } from '../domain/arguments.ts';
import { type CreatedPortalToken, createPortalToken } from '../domain/portal-tokens/create-portal-token.ts';
import { listPortalTokens } from '../domain/portal-tokens/list-portal-tokens.ts';
import { revokePortalToken } from '../domain/portal-tokens/revoke-portal-token.ts';
import { formatId, uuidTime } from '../ids.ts';
import { ApiKeyType } from './api-key.ts';
import { builder } from './builder.ts';
import { permissionList, portalEndpointIdList, portalEndpoints, portalEventTypeList } from './costs.ts';
import { EndpointType } from './endpoint.ts';
import { PermissionType } from './enums.ts';
import { resultUnion } from './mutation-results.ts';
import { selectPage, withIdCursors } from './prisma-pages.ts';

const defaultEndpoints = 20;
const maxEndpoints = 100;

export const PortalTokenType = builder.prismaNode('PortalToken', {
  description:
    'A short-lived token that can see and change a few endpoints of a tenant and their deliveries. Its text is shown only when it is created.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { actor }) => ({ id, tenantId: actor.tenantId }),
  fields: t => ({
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the portal token was created.',
      resolve: token => uuidTime(token.id),
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description:
        'When the portal token expires. Requests that use it afterwards get UNAUTHORIZED. The token becomes invalid earlier if it is revoked, or if the API key that created it is revoked or expires.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the portal token was revoked. Null if it was not revoked, or if only the API key that created it was.',
    }),
    permissions: t.expose('permissions', {
      type: [PermissionType],
      extensions: permissionList,
      description: 'The permissions that the portal token has for its endpoints.',
    }),
    endpointIds: t.idList({
      extensions: portalEndpointIdList,
      description:
        'The ids of the endpoints that the portal token can see, such as `["ep_01h455vb4pex5vsknk084sn02q"]`, including those that its holder created. The token cannot see other endpoints. At most 1,000.',
      resolve: ({ endpointIds }) => endpointIds.map(id => formatId('ep', id)),
    }),
    endpoints: t.field({
      type: [EndpointType],
      nullable: true,
      extensions: portalEndpoints,
      description:
        'The endpoints in `endpointIds`, including deleted ones, up to the number `first`. Null, with a FORBIDDEN error, if the credential that sent the request does not have the permission ENDPOINTS_READ.',
      authScopes: { anyVerb: ['endpoints'] },
      args: {
        first: t.arg.int({
          defaultValue: defaultEndpoints,
          description: 'The largest number of endpoints to return: 0 to 100. Default: 20.',
        }),
      },
      resolve: async ({ endpointIds }, { first }, context) => {
        const size = requireInteger(first ?? defaultEndpoints, 'first', 0, maxEndpoints);
        const endpoints = await Promise.all(
          endpointIds.slice(0, size).map(id => EndpointType.getDataloader(context).load(id)),
        );
        return endpoints.filter(endpoint => endpoint !== null);
      },
    }),
    eventTypes: t.exposeStringList('eventTypes', {
      extensions: portalEventTypeList,
      description:
        'Event types and prefixes, such as `license.*`, to which the holder of the token may subscribe its endpoints, in addition to those that the endpoints have already.',
    }),
    maxEndpoints: t.exposeInt('maxEndpoints', {
      nullable: true,
      description:
        'The largest number of endpoints that the token can have. Its holder may create endpoints until it is reached. Deleted ones are not counted. Null if the holder may not create endpoints.',
    }),
    apiKey: t.relation('apiKey', {
      type: ApiKeyType,
      nullable: true,
      description: 'The API key that created the portal token. Null if the root key did.',
    }),
  }),
});

const PortalTokenConnection = builder.connectionObject(
  { type: PortalTokenType, name: 'PortalTokenConnection', description: 'A page of portal tokens.' },
  { name: 'PortalTokenEdge', description: 'A portal token in a page.' },
);

const CreatePortalTokenInput = builder.inputType('CreatePortalTokenInput', {
  description: 'The settings of a new portal token, which lets a customer see its own webhooks.',
  fields: t => ({
    endpointIds: t.idList({
      required: true,
      description:
        'The ids of the existing endpoints that the portal token can see, such as `ep_01h455vb4pex5vsknk084sn02q`: 1 to 1,000, or 0 to 1,000 if `maxEndpoints` is given. The token cannot see other existing endpoints.',
    }),
    permissions: t.field({
      type: [PermissionType],
      required: true,
      description:
        'The permissions that the portal token has for its endpoints: some of DELIVERIES_READ, DELIVERIES_MANAGE, ENDPOINTS_READ and ENDPOINTS_MANAGE. The key that creates the token must have them. ENDPOINTS_MANAGE allows changing endpoints and revealing secrets, but not deleting endpoints, nor creating them unless `maxEndpoints` is given. The holder can remove event types from an endpoint, and can change the origin of a URL only if the endpoint keeps no secret header value.',
    }),
    eventTypes: t.stringList({
      description:
        'Event types and prefixes, such as `license.*`, to which the holder may subscribe the endpoints, in addition to those that the endpoints have already. At most 100, and none that starts with `livehook.`. Default: none, so that the holder can only remove event types from an endpoint.',
    }),
    maxEndpoints: t.int({
      description:
        'The largest number of endpoints that the token can have, 1 to 1,000. The holder may create endpoints until it is reached. Endpoints of `endpointIds` are counted, deleted ones are not. The token can see an endpoint that its holder created. Such an endpoint can only subscribe to event types of `eventTypes` or of another endpoint of the token. Requires the permission ENDPOINTS_MANAGE. Default: null, so that the holder cannot create endpoints.',
    }),
    expiresInSeconds: t.int({
      description: 'The seconds after which the portal token expires: 60 to 86,400. Default: 3,600.',
    }),
  }),
});

const CreatePortalTokenSuccess = builder.objectRef<CreatedPortalToken>('CreatePortalTokenSuccess').implement({
  description: 'The success of `createPortalToken`: the new portal token, with its secret text.',
  fields: t => ({
    token: t.exposeString('token', {
      description: 'The token, to be sent as `Authorization: Bearer <token>` in place of a key. It is shown only here.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description:
        'When the portal token expires. Requests that use it afterwards get UNAUTHORIZED, and its websockets are closed with the code 4403. The token becomes invalid earlier if it is revoked, or if the API key that created it is revoked or expires.',
    }),
    portalToken: t.expose('portalToken', {
      type: PortalTokenType,
      description:
        'The portal token as `portalTokens` lists it, without its secret text. `revokePortalToken` needs its id.',
    }),
  }),
});

builder.queryField('portalTokens', t =>
  withIdCursors(
    'portalTokens',
    t.prismaConnection(
      {
        type: PortalTokenType,
        cursor: 'id',
        description:
          'The portal tokens of the tenant, newest first, revoked ones too. Tokens are deleted some time after they have expired.',
        resolve: (query, _root, args, context) => listPortalTokens(context, selectPage(query, args)),
      },
      PortalTokenConnection,
    ),
  ),
);

builder.mutationFields(t => ({
  createPortalToken: t.field({
    type: CreatePortalTokenSuccess,
    description:
      'Creates a portal token, which has some permissions for some endpoints of the tenant for a limited time. The token can only see and change these endpoints, those that its holder creates, and their deliveries. Fields of the whole tenant (`events`, `eventTypes`, keys) are FORBIDDEN.',
    errors: resultUnion('CreatePortalTokenResult', ['NOT_FOUND', 'BAD_USER_INPUT', 'QUOTA_EXCEEDED']),
    args: {
      input: t.arg({ type: CreatePortalTokenInput, required: true, description: 'The settings of the portal token.' }),
    },
    resolve: (_root, { input }, context) => createPortalToken(context, input),
  }),
  revokePortalToken: t.field({
    type: PortalTokenType,
    description:
      'Revokes a portal token for good. Within seconds its requests get UNAUTHORIZED, and its websockets and event streams are closed. Revoking a token again changes nothing.',
    errors: resultUnion('RevokePortalTokenResult', ['NOT_FOUND', 'BAD_USER_INPUT']),
    args: {
      id: t.arg.id({
        required: true,
        description: 'The id of the portal token, such as `ptk_01h455vb4pex5vsknk084sn02q`.',
      }),
    },
    resolve: (_root, { id }, context) => revokePortalToken(context, id),
  }),
}));
