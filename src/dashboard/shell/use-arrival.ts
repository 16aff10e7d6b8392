import { useEffect, useRef } from 'react';

/**
 * Tells that another screen is open: by the page's title, and by leading the focus to its content, so that a keyboard or a
 * screen reader goes on there. The focus stays where it is at the first one, and within a screen.
 */
export function useArrival(label: string): void {
  const last = useRef(label);
  useEffect(() => {
    document.title = `${label} · Livehook`;
    if (last.current === label) return;
    last.current = label;
    document.getElementById('main')?.focus({ preventScroll: true });
  }, [label]);
}
