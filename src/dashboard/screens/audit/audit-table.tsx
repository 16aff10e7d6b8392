import { Link } from 'wouter';
import { RelativeTime } from '../../components/relative-time.tsx';
import type { AuditRecord } from './audit-documents.ts';
import { auditWords, pathOfId } from './audit-words.ts';

const shownTargets = 3;

/** What was done, newest first; where it is narrow, each is a card. */
export function AuditTable({ records }: { readonly records: readonly AuditRecord[] }) {
  return (
    <table className="access-table audit-table">
      <thead>
        <tr>
          <th scope="col">Action</th>
          <th scope="col">Time</th>
          <th scope="col">Actor</th>
          <th scope="col">Target</th>
          <th scope="col">Changes</th>
        </tr>
      </thead>
      <tbody>
        {records.map(({ id, action, createdAt, targetIds, changes, ...actor }) => (
          <tr key={id}>
            <th scope="row">{auditWords[action]}</th>
            <td data-label="Time">
              <RelativeTime at={createdAt} absolute="inline" />
            </td>
            <td data-label="Actor">
              <Actor {...actor} />
            </td>
            <td data-label="Target" className="audit-targets">
              {targetIds.slice(0, shownTargets).map(target => (
                <Target key={target} id={target} />
              ))}
              {targetIds.length > shownTargets && (
                <span className="muted">and {targetIds.length - shownTargets} more</span>
              )}
            </td>
            <td data-label="Changes">
              <Changes changes={changes} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Actor({ actorKind, apiKey, portalTokenId }: Pick<AuditRecord, 'actorKind' | 'apiKey' | 'portalTokenId'>) {
  if (actorKind === 'ROOT_KEY') return 'Root key';
  const name = apiKey?.name ?? 'Root key';
  return (
    <span className="access-name" title={portalTokenId ?? apiKey?.id ?? ''}>
      {actorKind === 'PORTAL_TOKEN' ? `Portal link of ${name}` : name}
    </span>
  );
}

function Target({ id }: { readonly id: string }) {
  const path = pathOfId(id);
  const text = <code title={id}>{`${id.slice(0, id.indexOf('_') + 1)}…${id.slice(-6)}`}</code>;
  return path === null ? text : <Link href={path}>{text}</Link>;
}

/** `name: Shop`, a line each; long texts are shown whole on demand. */
function Changes({ changes }: { readonly changes: unknown }) {
  const entries = typeof changes === 'object' && changes !== null ? Object.entries(changes) : [];
  if (entries.length === 0) return <span className="muted">–</span>;
  const text = entries.map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return (
    <details className="audit-changes">
      <summary>{entries.map(([name]) => name).join(', ')}</summary>
      <pre>{text.join('\n')}</pre>
    </details>
  );
}
