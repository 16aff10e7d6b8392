import { useSearchParams } from 'wouter';
import type { AuditAction, AuditLogQueryVariables } from '../../generated/graphql.ts';
import { auditActions } from './audit-words.ts';

/** The filter and page in the address: `?action=ENDPOINT_UPDATED&key=key_...&target=ep_...&after=...`. */
export interface AuditView {
  readonly actions: readonly AuditAction[];
  /** A key's id; '': any. */
  readonly keyId: string;
  readonly targetId: string;
  readonly after: string;
  readonly before: string;
}

const pageSize = 50;

/** The view that the address holds, and how to change a part of it: a change of the filter leads to the first page. */
export function useAuditView(): readonly [view: AuditView, change: (part: Partial<AuditView>) => void] {
  const [params, setParams] = useSearchParams();
  const view: AuditView = {
    actions: auditActions.filter(action => params.getAll('action').includes(action)),
    keyId: params.get('key') ?? '',
    targetId: params.get('target') ?? '',
    after: params.get('after') ?? '',
    before: params.get('before') ?? '',
  };
  const change = (part: Partial<AuditView>) => {
    const { actions, keyId, targetId, after, before } = { ...view, after: '', before: '', ...part };
    const next = new URLSearchParams(actions.map(action => ['action', action]));
    if (keyId) next.set('key', keyId);
    if (targetId) next.set('target', targetId);
    if (after) next.set('after', after);
    if (before) next.set('before', before);
    setParams(next, { replace: !after && !before });
  };
  return [view, change];
}

/** The view as the server takes it. */
export function variablesOfView({ actions, keyId, targetId, after, before }: AuditView): AuditLogQueryVariables {
  return {
    actions: actions.length > 0 ? [...actions] : null,
    apiKeyId: keyId || null,
    targetId: targetId || null,
    ...(before ? { last: pageSize, before } : { first: pageSize, after: after || null }),
  };
}
