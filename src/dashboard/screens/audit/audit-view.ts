import type { AuditAction, AuditLogQueryVariables } from '../../generated/graphql.ts';
import { useQueryParams } from '../../query-params.ts';
import { auditActions } from './audit-words.ts';

/**
 * The filter and the page of the audit log, read from the page URL:
 * `?action=ENDPOINT_UPDATED&key=key_...&target=ep_...&after=...`.
 */
export interface AuditView {
  readonly actions: readonly AuditAction[];
  /** The id of the API key that made the changes. '' for any actor. */
  readonly keyId: string;
  readonly targetId: string;
  readonly after: string;
  readonly before: string;
}

const pageSize = 50;

/**
 * Returns the view in the page URL, and a function that changes single fields of the view. If the filter changes, the
 * first page is shown.
 */
export function useAuditView(): readonly [view: AuditView, change: (part: Partial<AuditView>) => void] {
  const [params, setParams] = useQueryParams();
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

/** Converts a view to the variables of the query. */
export function variablesOfView({ actions, keyId, targetId, after, before }: AuditView): AuditLogQueryVariables {
  return {
    actions: actions.length > 0 ? [...actions] : null,
    apiKeyId: keyId || null,
    targetId: targetId || null,
    ...(before ? { last: pageSize, before } : { first: pageSize, after: after || null }),
  };
}
