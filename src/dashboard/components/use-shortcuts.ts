import { useEffect, useRef } from 'react';

/** The keys that act repeatedly while they are held. */
const movingKeys = /^(?:j|k|Arrow.*)$/;

/** The action for each key, by `KeyboardEvent.key`. Case matters: `R` is Shift and `r`. */
export type Shortcuts = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/**
 * Handles single-key shortcuts while the component is mounted. Ignores a key while a dialog or menu is open, while a
 * text field has the focus, with Ctrl, Alt or Meta, and after another handler called `preventDefault`. Also ignores
 * Enter and Space on a focused link, button, tab or input, and arrow keys on a radio button, which handle these keys
 * themselves. A held key acts once, except for the keys that move through a list.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const handle = (event: KeyboardEvent) => {
      const act = latest.current[event.key];
      if (!act || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || isTaken(event)) return;
      event.preventDefault();
      if (!event.repeat || movingKeys.test(event.key)) act(event);
    };
    // Escape is handled before the tooltip of the focused button, which would keep it from every other handler.
    const handleEscape = (event: KeyboardEvent) => event.key === 'Escape' && handle(event);
    const handleOthers = (event: KeyboardEvent) => event.key !== 'Escape' && handle(event);
    addEventListener('keydown', handleEscape, true);
    addEventListener('keydown', handleOthers);
    return () => {
      removeEventListener('keydown', handleEscape, true);
      removeEventListener('keydown', handleOthers);
    };
  }, []);
}

function isTaken({ key, target }: KeyboardEvent): boolean {
  if (document.querySelector('[data-overlay]')) return true;
  if (!(target instanceof Element)) return false;
  if (target.matches('input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable]')) return true;
  if (key.startsWith('Arrow') && target.matches('[type="radio"]')) return true;
  return (key === 'Enter' || key === ' ') && target.matches('a, button, summary, [role="tab"], input');
}
