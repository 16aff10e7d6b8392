/**
 * Normalizes a request target to path and query, without the host of the absolute form (RFC 9112 section 3.2.2) and
 * without `publicPath`. A proxy may strip that path or leave it in place.
 *
 * @param publicPath begins and ends with a slash: `/` or `/hooks/`.
 */
export function normalizeTarget(target: string | undefined, publicPath: string): string {
  let path = target ?? '/';
  const absolute = /^https?:\/\/[^/?#]*/i.exec(path);
  if (absolute) path = path.slice(absolute[0].length);
  if (absolute && !path.startsWith('/')) path = `/${path}`;
  return path.startsWith(publicPath) ? path.slice(publicPath.length - 1) : path;
}
