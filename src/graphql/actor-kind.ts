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
 * The credential that did something. The root key has neither id. A portal token also has the id of the key that
 * created it.
 */
export interface ActorIds {
  readonly apiKeyId: string | null;
  readonly portalTokenId: string | null;
}

export function actorKindOf({ apiKeyId, portalTokenId }: ActorIds): typeof AuditActorKindType.$inferType {
  if (portalTokenId !== null) return 'PORTAL_TOKEN';
  return apiKeyId === null ? 'ROOT_KEY' : 'API_KEY';
}
