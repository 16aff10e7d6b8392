import { useMemo } from 'react';
import { useQuery } from 'urql';
import { useViewer } from '../../api/viewer.ts';
import { OperationActorsQuery } from './operation-documents.ts';

/** Who started the operations, by their ids, as far back as the last hundred; null: this key may not know. */
export function useActors(): ReadonlyMap<string, string> | null {
  const mayKnow = useViewer().may('KEYS_MANAGE');
  const [{ data }] = useQuery({ query: OperationActorsQuery, pause: !mayKnow });
  return useMemo(() => {
    if (!mayKnow) return null;
    const entries = data?.auditLog.nodes ?? [];
    return new Map(
      entries.map(({ actorKind, apiKey, targetIds }) => {
        const key = apiKey?.name ?? 'Root key';
        return [targetIds[0] ?? '', actorKind === 'PORTAL_TOKEN' ? `Portal, by ${key}` : key];
      }),
    );
  }, [data, mayKnow]);
}
