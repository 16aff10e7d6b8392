import { LRUCache } from 'lru-cache';

/** The URL of a request after the WHATWG URL parser has normalized and percent-encoded it, without its fragment. */
export interface Destination {
  readonly url: URL;
  /** The request target: path and query. A `?` at the end is kept. */
  readonly path: string;
  /** The origin and the request target as one text. */
  readonly text: string;
}

/** Caches parsed URLs, because parsing takes 1.5 us and most attempts use a recent URL. */
const destinations = new LRUCache<string, Destination>({ max: 5000 });

/** Parses a URL to send to. Returns null unless `text` is an absolute http or https URL. */
export function parseDestination(text: string): Destination | null {
  const known = destinations.get(text);
  if (known) return known;
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  url.hash = '';
  const path = url.href.slice(url.href.indexOf('/', url.protocol.length + 2));
  const destination = { url, path, text: url.origin + path };
  destinations.set(text, destination);
  return destination;
}
