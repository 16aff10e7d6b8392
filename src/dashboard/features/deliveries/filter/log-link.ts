import { readView, type View, writeView } from './view.ts';

/** The URL of the delivery log with these filters. */
export function logLink(part: Partial<View>): string {
  const query = writeView({ ...readView(new URLSearchParams()), ...part }).toString();
  return `/deliveries${query && `?${query}`}`;
}
