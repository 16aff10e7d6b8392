import { useEffect, useRef } from 'react';

/** The action of each key, by `KeyboardEvent.key`. Case matters: `R` is shift and `r`. */
export type Shortcuts = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/**
 * Single keys, while the component is there. Not while somebody types, nor under a dialog or a menu, nor with Ctrl, Alt
 * or Meta, nor where a widget has used the key up. The key on a button that is focused belongs to the button: Enter and
 * space are left to it.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const handle = (event: KeyboardEvent) => {
      const act = latest.current[event.key];
      if (!act || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || isTaken(event)) return;
      event.preventDefault();
      act(event);
    };
    addEventListener('keydown', handle);
    return () => removeEventListener('keydown', handle);
  }, []);
}

function isTaken({ key, target }: KeyboardEvent): boolean {
  if (document.querySelector('[data-overlay]')) return true;
  if (!(target instanceof Element)) return false;
  if (target.matches('input:not([type="checkbox"]), textarea, select, [contenteditable]')) return true;
  return (key === 'Enter' || key === ' ') && target.matches('a, button, summary, [role="tab"], input');
}
