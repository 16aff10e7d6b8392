import { Button } from '../../components/button.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import styles from '../../features/settings/settings.module.css';
import { KeyState } from './key-state.tsx';
import type { ListedKey } from './keys-documents.ts';
import { messages } from './messages.ts';
import { allPermissions, permissionWords } from './permissions.ts';

export interface KeyTableProps {
  readonly keys: readonly ListedKey[];
  /** The id of the key of this session, which the table marks. Null for the root key and for portal tokens. */
  readonly ownId: string | null;
  readonly onRename: (apiKey: ListedKey) => void;
  readonly onRevoke: (apiKey: ListedKey) => void;
}

/** The API keys, newest first. On narrow screens each is a card. */
export function KeyTable({ keys, ownId, onRename, onRevoke }: KeyTableProps) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{messages.key}</th>
          <th scope="col">{messages.permissions}</th>
          <th scope="col">{messages.created}</th>
          <th scope="col">{messages.lastUsed}</th>
          <th scope="col">{messages.state}</th>
          <th scope="col">
            <span className="visually-hidden">{messages.actions}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {keys.map(apiKey => {
          const { id, name, prefix, permissions, createdAt, lastUsedAt, revokedAt } = apiKey;
          return (
            <tr key={id} className={revokedAt === null ? undefined : styles.isInactive}>
              <th scope="row">
                <span className={styles.name} title={name}>
                  {name}
                </span>
                <span className={styles.sub}>
                  <code>{prefix}…</code>
                  {id === ownId && messages.currentSession}
                </span>
              </th>
              <td
                data-label={messages.permissions}
                title={permissions.map(permission => permissionWords[permission]).join('\n')}
              >
                {summarise(permissions)}
              </td>
              <td data-label={messages.created}>
                <RelativeTime at={createdAt} absolute="below" />
              </td>
              <td data-label={messages.lastUsed}>
                {lastUsedAt === null ? messages.never : <RelativeTime at={lastUsedAt} absolute="below" />}
              </td>
              <td data-label={messages.state}>
                <KeyState apiKey={apiKey} />
              </td>
              <td className={styles.actions}>
                <Button aria-label={messages.renameKey(name)} onPress={() => onRename(apiKey)}>
                  {messages.rename}
                </Button>
                {revokedAt === null && (
                  <Button tone="danger" aria-label={messages.revokeKey(name)} onPress={() => onRevoke(apiKey)}>
                    {messages.revoke}
                  </Button>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function summarise(permissions: ListedKey['permissions']): string {
  if (permissions.length === allPermissions.length) return messages.allPermissions;
  if (permissions.length === 0) return messages.noPermissions;
  return permissions.map(permission => permission.toLowerCase().replace('_', ':')).join(', ');
}
