/** Whether the text contains a Liquid tag, closed or not. */
export function isTemplate(text: string): boolean {
  return /\{\{|\{%/.test(text);
}

/** Replaces each tag by an `x`. For texts of a few thousand characters, because unclosed tags take quadratic time. */
export function replaceTags(text: string): string {
  return text.replace(/\{\{.*?\}\}|\{%.*?%\}/gs, 'x');
}

/** The part of a templated URL before its path. Null if it contains a tag. */
export function readOrigin(text: string): string | null {
  return /^https?:\/\/[^/?#{}\\]+(?=[/?])/i.exec(text)?.[0] ?? null;
}

/** Whether the path of a URL has a `.` or `..` segment. */
export function hasDotSegment(url: string): boolean {
  return readPath(url)
    .split('/')
    .some(segment => /^(\.|%2e){1,2}$/i.test(segment));
}

/** The path of an absolute URL, without normalization. */
export function readPath(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
}
