import { useEffect, useRef } from 'react';
import { pageSettings } from '../page-settings.ts';

/**
 * When another screen opens, sets the title of the page and moves the focus to the content, where keyboard and screen
 * reader users continue. Does nothing for the first screen and for changes within a screen.
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
