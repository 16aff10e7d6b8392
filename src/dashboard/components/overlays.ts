import { onDemand } from '../on-demand.tsx';
import { LazyTooltip } from './lazy-tooltip.ts';
import { PendingOverlay } from './pending-overlay.tsx';

// These components are in scripts of their own, because a page shows none of them when it opens. Their libraries are
// larger than all other scripts of a page.
export const ChoicePopover = onDemand(() => import('./choice-popover.tsx'), PendingOverlay);
export const DialogPanel = onDemand(() => import('./dialog-panel.tsx'), PendingOverlay);
export const MenuList = onDemand(() => import('./menu-list.tsx'), PendingOverlay);
export const ToastList = onDemand(() => import('./toast-list.tsx'), undefined, { isOptional: true });

/** Loads the scripts of all overlays, so that they open at once, and also while the server cannot be reached. */
export function preloadOverlays(): void {
  for (const overlay of [ChoicePopover, DialogPanel, MenuList, ToastList, LazyTooltip]) overlay.preload();
}
