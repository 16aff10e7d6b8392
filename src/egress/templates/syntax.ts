/** Whether the text contains the beginning of a Liquid tag. */
export function isTemplate(text: string): boolean {
  return /\{\{|\{%/.test(text);
}

/**
 * Replaces each tag by an `x`. Unclosed tags take quadratic time, so the text must not exceed a few thousand
 * characters.
 */
export function replaceTags(text: string): string {
  return text.replace(/\{\{.*?\}\}|\{%.*?%\}/gs, 'x');
}

/** Returns the part of a templated URL before its path. Null if that part contains a tag. */
export function readOrigin(text: string): string | null {
  return /^https?:\/\/[^/?#{}\\]+(?=[/?])/i.exec(text)?.[0] ?? null;
}

/** Whether the path of a URL has a `.` or `..` segment. */
export function hasDotSegment(url: string): boolean {
  return readPath(url)
    .split('/')
    .some(segment => /^(\.|%2e){1,2}$/i.test(segment));
}

/** Returns the path of an absolute URL, without normalizing it. */
export function readPath(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
}
