import { Button } from '../../components/button.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { SettingsRow, SettingsTable } from '../../features/settings/settings-table.tsx';
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

/** The API keys, newest first. */
export function KeyTable({ keys, ownId, onRename, onRevoke }: KeyTableProps) {
  return (
    <SettingsTable columns={[messages.key, messages.permissions, messages.created, messages.lastUsed, messages.state]}>
      {keys.map(apiKey => {
        const { id, name, prefix, permissions, createdAt, lastUsedAt, revokedAt } = apiKey;
        return (
          <SettingsRow
            key={id}
            name={name}
            isInactive={revokedAt !== null}
            details={
              <>
                <code>{prefix}…</code>
                {id === ownId && messages.currentSession}
              </>
            }
            actions={
              <>
                <Button aria-label={messages.renameKey(name)} onPress={() => onRename(apiKey)}>
                  {messages.rename}
                </Button>
                {revokedAt === null && (
                  <Button tone="danger" aria-label={messages.revokeKey(name)} onPress={() => onRevoke(apiKey)}>
                    {messages.revoke}
                  </Button>
                )}
              </>
            }
          >
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
          </SettingsRow>
        );
      })}
    </SettingsTable>
  );
}

function summarise(permissions: ListedKey['permissions']): string {
  if (permissions.length === allPermissions.length) return messages.allPermissions;
  if (permissions.length === 0) return messages.noPermissions;
  return permissions.map(permission => permission.toLowerCase().replace('_', ':')).join(', ');
}
