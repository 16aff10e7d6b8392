import { loadPortalTokens } from '../domain/portal-tokens/load-portal-tokens.ts';
import { mayUse } from '../domain/verbs.ts';
import { type ActorIds, AuditActorKindType, actorKindOf } from './actor-kind.ts';
import { ApiKeyType } from './api-key.ts';
import { builder } from './builder.ts';
import type { GraphqlContext } from './context.ts';
import { byId, loaders } from './loaders.ts';
import { PortalTokenType } from './portal-token.ts';

const kindDescription = 'The kind of credential that did the action.';
const withoutPermission = 'or if the credential that sent the request does not have the permission KEYS_MANAGE';

const RootKeyActor = builder.objectRef<ActorIds>('RootKeyActor').implement({
  description: 'The root key, which acts for every tenant.',
  fields: t => ({
    kind: t.field({ type: AuditActorKindType, description: kindDescription, resolve: actorKindOf }),
  }),
});

const ApiKeyActor = builder.objectRef<ActorIds>('ApiKeyActor').implement({
  description: 'An API key that did an action in its tenant.',
  fields: t => ({
    kind: t.field({ type: AuditActorKindType, description: kindDescription, resolve: actorKindOf }),
    apiKey: t.field({
      type: ApiKeyType,
      nullable: true,
      description: `The API key that did the action, even if it is revoked now. Null if it no longer exists, ${withoutPermission}.`,
      resolve: ({ apiKeyId }, _args, context) => loadApiKey(apiKeyId, context),
    }),
  }),
});

const PortalTokenActor = builder.objectRef<ActorIds>('PortalTokenActor').implement({
  description: 'A portal token that did an action in its tenant.',
  fields: t => ({
    kind: t.field({ type: AuditActorKindType, description: kindDescription, resolve: actorKindOf }),
    portalToken: t.loadable({
      type: PortalTokenType,
      nullable: true,
      ...byId(loadPortalTokens),
      description: `The portal token that did the action, even if it is revoked now. Null if it expired and was deleted, ${withoutPermission}.`,
      resolve: ({ portalTokenId }, _args, { actor }) => (mayUse(actor, 'portalTokens') ? portalTokenId : null),
    }),
    apiKey: t.field({
      type: ApiKeyType,
      nullable: true,
      description: `The API key that created the portal token. Null if the root key created it, ${withoutPermission}.`,
      resolve: ({ apiKeyId }, _args, context) => loadApiKey(apiKeyId, context),
    }),
  }),
});

export const ActorType = builder.unionType('Actor', {
  description: 'The credential that did an action: the root key, an API key or a portal token.',
  types: [RootKeyActor, ApiKeyActor, PortalTokenActor],
  resolveType: ids => actorTypes[actorKindOf(ids)],
});

const actorTypes = { ROOT_KEY: 'RootKeyActor', API_KEY: 'ApiKeyActor', PORTAL_TOKEN: 'PortalTokenActor' } as const;

export function loadApiKey(id: string | null, context: GraphqlContext) {
  return id !== null && mayUse(context.actor, 'apiKeys') ? loaders.apiKeys(context).load(id) : null;
}
