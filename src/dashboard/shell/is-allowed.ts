import type { useViewer } from '../api/viewer.ts';
import type { Session } from '../session/session.ts';
import type { Screen } from './screens.ts';

/** Whether somebody may see a screen. Until it is known who asks, only what the root key alone sees is held back. */
export function isAllowed(
  { inPortal, needs }: Screen,
  { kind }: Session,
  { isKnown, isRoot, may }: ReturnType<typeof useViewer>,
): boolean {
  if (kind === 'portal' && !inPortal) return false;
  if (needs === undefined) return true;
  return needs === 'ROOT' ? isRoot : !isKnown || may(needs);
}
