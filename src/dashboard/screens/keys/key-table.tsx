import { Button } from '../../components/button.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { KeyState } from './key-state.tsx';
import type { ListedKey } from './keys-documents.ts';
import { allPermissions, permissionWords } from './permissions.ts';

export interface KeyTableProps {
  readonly keys: readonly ListedKey[];
  /** The key that one is signed in with, marked as such; null: another credential. */
  readonly ownId: string | null;
  readonly onRename: (apiKey: ListedKey) => void;
  readonly onRevoke: (apiKey: ListedKey) => void;
}

/** Every key, newest first; where it is narrow, each is a card. */
export function KeyTable({ keys, ownId, onRename, onRevoke }: KeyTableProps) {
  return (
    <table className="access-table">
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Permissions</th>
          <th scope="col">Created</th>
          <th scope="col">Last used</th>
          <th scope="col">State</th>
          <th scope="col">
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {keys.map(apiKey => {
          const { id, name, prefix, permissions, createdAt, lastUsedAt, revokedAt } = apiKey;
          return (
            <tr key={id} className={revokedAt === null ? undefined : 'is-over'}>
              <th scope="row">
                <span className="access-name" title={name}>
                  {name}
                </span>
                <span className="access-sub">
                  <code>{prefix}…</code>
                  {id === ownId && ' · current session'}
                </span>
              </th>
              <td
                data-label="Permissions"
                title={permissions.map(permission => permissionWords[permission]).join('\n')}
              >
                {summarise(permissions)}
              </td>
              <td data-label="Created">
                <RelativeTime at={createdAt} absolute="below" />
              </td>
              <td data-label="Last used">
                {lastUsedAt === null ? 'Never' : <RelativeTime at={lastUsedAt} absolute="below" />}
              </td>
              <td data-label="State">
                <KeyState apiKey={apiKey} />
              </td>
              <td className="access-actions">
                <Button aria-label={`Rename ${name}`} onPress={() => onRename(apiKey)}>
                  Rename
                </Button>
                {revokedAt === null && (
                  <Button tone="danger" aria-label={`Revoke ${name}`} onPress={() => onRevoke(apiKey)}>
                    Revoke
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
  if (permissions.length === allPermissions.length) return 'All permissions';
  if (permissions.length === 0) return 'Nothing';
  return permissions.map(permission => permission.toLowerCase().replace('_', ':')).join(', ');
}
