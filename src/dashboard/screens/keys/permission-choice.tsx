import type { Permission } from '../../generated/graphql.ts';
import { Checklist } from './checklist.tsx';
import { messages } from './messages.ts';
import { permissionWords } from './permissions.ts';

export interface PermissionChoiceProps {
  readonly offered: readonly Permission[];
  readonly chosen: readonly Permission[];
  readonly onChange: (chosen: Permission[]) => void;
  /** Whether the viewer has the permission. A viewer can only grant permissions that they have. */
  readonly may: (permission: Permission) => boolean;
  readonly problem: string | null;
}

/** A checklist of permissions. */
export function PermissionChoice({ offered, may, ...rest }: PermissionChoiceProps) {
  const options = offered.map(id => ({ id, label: permissionWords[id], isOff: !may(id) }));
  return <Checklist label={messages.permissions} options={options} {...rest} />;
}
