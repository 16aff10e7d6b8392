import { Link } from 'wouter';
import { RelativeTime } from '../../components/relative-time.tsx';
import settingsStyles from '../../features/settings/settings.module.css';
import { useStore } from '../../store.ts';
import { zoneChoice } from '../../time/time-zone.ts';
import styles from './audit.module.css';
import type { AuditRecord } from './audit-documents.ts';
import { auditWords, describeChange, pathOfId } from './audit-words.ts';
import { messages } from './messages.ts';

const shownTargets = 3;

/** The audit records, newest first. On narrow screens each is a card. */
export function AuditTable({ records }: { readonly records: readonly AuditRecord[] }) {
  return (
    <table className={settingsStyles.table}>
      <thead>
        <tr>
          <th scope="col">{messages.action}</th>
          <th scope="col">{messages.time}</th>
          <th scope="col">{messages.actor}</th>
          <th scope="col">{messages.target}</th>
          <th scope="col">{messages.changes}</th>
        </tr>
      </thead>
      <tbody>
        {records.map(({ id, action, createdAt, targetIds, changes, ...actor }) => (
          <tr key={id}>
            <th scope="row">{auditWords[action]}</th>
            <td data-label={messages.time}>
              <RelativeTime at={createdAt} absolute="inline" />
            </td>
            <td data-label={messages.actor}>
              <Actor {...actor} />
            </td>
            <td data-label={messages.target} className={styles.targets}>
              {targetIds.slice(0, shownTargets).map(target => (
                <Target key={target} id={target} />
              ))}
              {targetIds.length > shownTargets && (
                <span className="muted">{messages.andMore(targetIds.length - shownTargets)}</span>
              )}
            </td>
            <td data-label={messages.changes}>
              <Changes changes={changes} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Actor({ actorKind, apiKey, portalTokenId }: Pick<AuditRecord, 'actorKind' | 'apiKey' | 'portalTokenId'>) {
  if (actorKind === 'ROOT_KEY') return messages.rootKey;
  const name = apiKey?.name ?? messages.rootKey;
  return (
    <span className={settingsStyles.name} title={portalTokenId ?? apiKey?.id ?? ''}>
      {actorKind === 'PORTAL_TOKEN' ? messages.portalLinkOf(name) : name}
    </span>
  );
}

function Target({ id }: { readonly id: string }) {
  const path = pathOfId(id);
  const text = <code title={id}>{`${id.slice(0, id.indexOf('_') + 1)}…${id.slice(-6)}`}</code>;
  return path === null ? text : <Link href={path}>{text}</Link>;
}

/** The changes of an audit entry, one line each, such as `name: Shop`. Long texts are folded. */
function Changes({ changes }: { readonly changes: unknown }) {
  useStore(zoneChoice);
  const entries = typeof changes === 'object' && changes !== null ? Object.entries(changes) : [];
  if (entries.length === 0) return <span className="muted">–</span>;
  return (
    <details className={styles.changes}>
      <summary>{entries.map(([name]) => name).join(', ')}</summary>
      <pre>{entries.map(([name, value]) => describeChange(name, value)).join('\n')}</pre>
    </details>
  );
}
