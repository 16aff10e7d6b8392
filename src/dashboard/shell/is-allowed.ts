import type { useViewer } from '../api/viewer.ts';
import type { Session } from '../session/session.ts';
import type { Screen } from './screens.ts';

/** Whether the viewer may open a screen. Until the viewer is loaded, only screens for the root key are hidden. */
export function isAllowed(
  { inPortal, needs }: Screen,
  { kind }: Session,
  { isKnown, isRoot, may }: ReturnType<typeof useViewer>,
): boolean {
  if (kind === 'portal' && !inPortal) return false;
  if (needs === undefined) return true;
  return needs === 'ROOT' ? isRoot : !isKnown || may(needs);
}
