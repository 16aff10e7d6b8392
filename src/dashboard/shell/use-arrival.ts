import { useEffect, useRef } from 'react';
import { pageSettings } from '../page-settings.ts';

/**
 * Tells that another screen is open: by the page's title, and by leading the focus to its content, so that a keyboard or a
 * screen reader goes on there. The focus stays where it is at the first one, and within a screen.
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
