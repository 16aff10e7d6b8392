import { createPortalToken } from '../domain/portal-tokens/create-portal-token.ts';
import { builder } from './builder.ts';
import { PermissionType } from './enums.ts';
import { resultUnion } from './mutation-results.ts';

const CreatePortalTokenInput = builder.inputType('CreatePortalTokenInput', {
  description: 'A portal token: for the page on which a customer watches its own webhooks.',
  fields: t => ({
    endpointIds: t.idList({
      required: true,
      description: 'The endpoints that there are for its holder: 1 to 1,000, such as `ep_01h455vb4pex5vsknk084sn02q`.',
    }),
    permissions: t.field({
      type: [PermissionType],
      required: true,
      description:
        'What it may do with them: of DELIVERIES_READ, DELIVERIES_MANAGE, ENDPOINTS_READ and ENDPOINTS_MANAGE what the key that makes it may. ENDPOINTS_MANAGE changes endpoints and reveals signing secrets; it neither creates nor deletes endpoints. The holder can narrow event types, and can change the origin of a URL only if the endpoint keeps no secret header value.',
    }),
    eventTypes: t.stringList({
      description:
        'Event types and prefixes, such as `license.*`, that the holder may subscribe the endpoints to, besides those that an endpoint has. Up to 100, none of `livehook.*`. Default: none, so that the holder can only narrow the event types of an endpoint.',
    }),
    expiresInSeconds: t.int({ description: 'How long it is good for, in seconds: 60 to 86,400. Default: 3,600.' }),
  }),
});

const CreatePortalTokenSuccess = builder
  .objectRef<{ readonly token: string; readonly expiresAt: Date }>('CreatePortalTokenSuccess')
  .implement({
    description: 'The new portal token.',
    fields: t => ({
      token: t.exposeString('token', {
        description: 'Send it as `Authorization: Bearer <token>`, wherever a key would stand. Shown this once.',
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description:
          'From then on it is refused, and its sockets are closed with 4403. It ends sooner with the key that made it.',
      }),
    }),
  });

builder.mutationField('createPortalToken', t =>
  t.field({
    type: CreatePortalTokenSuccess,
    description:
      "Lends some permissions for some endpoints of the tenant, for a while. To its holder nothing else exists: lists, counts and the feed hold what goes to its endpoints, other ids are unknown, and what is the whole tenant's (`events`, `eventTypes`, keys) is FORBIDDEN.",
    errors: resultUnion('CreatePortalTokenResult', ['NOT_FOUND', 'BAD_USER_INPUT', 'QUOTA_EXCEEDED']),
    args: { input: t.arg({ type: CreatePortalTokenInput, required: true, description: 'The token.' }) },
    resolve: (_root, { input }, context) => createPortalToken(context, input),
  }),
);
