import type { ReactNode } from 'react';

/**
 * The paths of the icons: 16 by 16 pixels, drawn with strokes in the color of the text. Icons are hidden from screen
 * readers.
 */
const paths = {
  alert: 'M8 5v3.5M8 11h0M7 2.6 1.7 12a1 1 0 0 0 .9 1.5h10.8a1 1 0 0 0 .9-1.5L9 2.6a1.2 1.2 0 0 0-2 0Z',
  arrowDown: 'M8 3v10M4 9l4 4 4-4',
  arrowUp: 'M8 13V3M4 7l4-4 4 4',
  bookmark: 'M4 2.5h8v11L8 10.5l-4 3z',
  cancel: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM4 4l8 8',
  chart: 'M2.5 13.5h11M4 11V7M8 11V3M12 11V9',
  check: 'm3 8.5 3.5 3.5L13 4.5',
  chevronDown: 'm4 6 4 4 4-4',
  chevronLeft: 'm10 4-4 4 4 4',
  chevronRight: 'm6 4 4 4-4 4',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 5v3.2L10.2 10',
  close: 'm4 4 8 8M12 4l-8 8',
  compare: 'M6 3H3v10h3M10 3h3v10h-3M8 1.5v13',
  copy: 'M6 6h7v7H6zM10 6V3H3v7h3',
  edit: 'm10.5 2.5 3 3L6 13H3v-3zM8.7 4.3l3 3',
  endpoint: 'M2.5 4h11v3h-11zM2.5 9h11v3h-11zM4.7 5.5h0M4.7 10.5h0',
  eye: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8ZM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  filter: 'M2 4h12M4.5 8h7M6.5 12h3',
  key: 'M10.5 9A3.5 3.5 0 1 0 7.2 6.7L2.5 11.4v2.1h2.6v-2h2v-1.9L8.7 8A3.5 3.5 0 0 0 10.5 9ZM11 5h0',
  keyboard: 'M1.5 4h13v8h-13zM4 6.5h0M6.7 6.5h0M9.3 6.5h0M12 6.5h0M5 9.5h6',
  link: 'M6.5 9.5a2.5 2.5 0 0 0 3.6 0l2.2-2.2a2.5 2.5 0 0 0-3.6-3.6L8 4.4M9.5 6.5a2.5 2.5 0 0 0-3.6 0L3.7 8.7a2.5 2.5 0 0 0 3.6 3.6l.7-.7',
  list: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  moon: 'M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5Z',
  more: 'M3.5 8h0M8 8h0M12.5 8h0',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  plus: 'M8 3v10M3 8h10',
  replay: 'M3 8a5 5 0 1 0 1.6-3.7M3 2.5v2.8h2.8',
  retry: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5v2.8h-2.8',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14',
  send: 'M14 2 7 9M14 2 9.5 14 7 9 2 6.5z',
  settings:
    'M2 4.5h6M12 4.5h2M2 11.5h2M8 11.5h6M10 6.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM6 13.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  signOut: 'M6 3H3v10h3M7 8h7M11 5l3 3-3 3',
  sun: 'M8 10.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7',
  system: 'M2 3h12v8H2zM6 13.5h4',
  trash: 'M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.7 9h6.6l.7-9M6.7 7v4M9.3 7v4',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
