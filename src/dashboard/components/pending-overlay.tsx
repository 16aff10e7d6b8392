import { useEffect, useRef } from 'react';

/**
 * Takes the place of a menu or dialog while its script loads. Nothing is visible, but the button that was pressed is
 * marked as busy, single-key shortcuts are disabled (`data-overlay`), and Escape closes.
 */
export function PendingOverlay({ onClose }: { readonly onClose: () => void }) {
  const latest = useRef(onClose);
  latest.current = onClose;
  useEffect(() => {
    const focused = document.activeElement;
    const trigger = focused instanceof HTMLButtonElement ? focused : null;
    trigger?.setAttribute('aria-busy', 'true');
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      latest.current();
    };
    addEventListener('keydown', onKeyDown, { capture: true });
    return () => {
      trigger?.removeAttribute('aria-busy');
      removeEventListener('keydown', onKeyDown, { capture: true });
    };
  }, []);
  return <span data-overlay hidden />;
}
