import type { DialogPanelProps } from './dialog-panel.tsx';
import { DialogPanel } from './overlays.ts';

export interface DialogProps extends DialogPanelProps {
  readonly isOpen: boolean;
}

/** A modal dialog: see `DialogPanel`. */
export function Dialog({ isOpen, ...panel }: DialogProps) {
  return isOpen && <DialogPanel {...panel} />;
}
