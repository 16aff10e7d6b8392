import { builder } from './builder.ts';
import { describeValues } from './enums.ts';

export const AuditActorKindType = builder.enumType('AuditActorKind', {
  description: 'What kind of credential somebody had.',
  values: describeValues(['ROOT_KEY', 'API_KEY', 'PORTAL_TOKEN'], {
    ROOT_KEY: 'The root key.',
    API_KEY: 'An API key.',
    PORTAL_TOKEN: 'A portal token.',
  }),
});

/** Somebody who did something: a portal token has the key that made it, the root key has neither. */
export interface ActorIds {
  readonly apiKeyId: string | null;
  readonly portalTokenId: string | null;
}

export function actorKindOf({ apiKeyId, portalTokenId }: ActorIds): typeof AuditActorKindType.$inferType {
  if (portalTokenId !== null) return 'PORTAL_TOKEN';
  return apiKeyId === null ? 'ROOT_KEY' : 'API_KEY';
}
