import { builder } from './builder.ts';
import { describeValues } from './enums.ts';

export const AuditActorKindType = builder.enumType('AuditActorKind', {
  description: 'The kind of credential that did an action.',
  values: describeValues(['ROOT_KEY', 'API_KEY', 'PORTAL_TOKEN'], {
    ROOT_KEY: 'The root key, which acts for every tenant.',
    API_KEY: 'An API key of the tenant.',
    PORTAL_TOKEN: 'A portal token of the tenant.',
  }),
});

/**
 * The ids of the credential with which an action was performed. A portal token has its own id and that of the API key
 * that created it. Both ids are null for the root key.
 */
export interface ActorIds {
  readonly apiKeyId: string | null;
  readonly portalTokenId: string | null;
}

export function actorKindOf({ apiKeyId, portalTokenId }: ActorIds): typeof AuditActorKindType.$inferType {
  if (portalTokenId !== null) return 'PORTAL_TOKEN';
  return apiKeyId === null ? 'ROOT_KEY' : 'API_KEY';
}
