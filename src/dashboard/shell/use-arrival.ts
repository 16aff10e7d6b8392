import { useEffect, useRef } from 'react';
import { pageSettings } from '../page-settings.ts';

/**
 * Sets the title of the page when another screen opens, and moves the focus to its content, so that keyboards and screen
 * readers continue there. The first screen does not take the focus, nor does a change within a screen.
 */
export function useArrival(label: string | null): void {
  const last = useRef(label);
  useEffect(() => {
    document.title = [label, pageSettings.brand.name].filter(part => part !== null).join(' · ');
    if (last.current === label) return;
    last.current = label;
    document.getElementById('main')?.focus({ preventScroll: true });
  }, [label]);
}
