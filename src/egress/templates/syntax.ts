/** Whether the text contains a Liquid tag, closed or not. */
export function isTemplate(text: string): boolean {
  return /\{\{|\{%/.test(text);
}

/** The text with an `x` in place of each tag. For texts of a few thousand characters: unclosed tags cost their square. */
export function replaceTags(text: string): string {
  return text.replace(/\{\{.*?\}\}|\{%.*?%\}/gs, 'x');
}

/** The part of a templated URL before its path; null if a tag stands there. */
export function readOrigin(text: string): string | null {
  return /^https?:\/\/[^/?#{}\\]+(?=[/?])/i.exec(text)?.[0] ?? null;
}

/** Whether the path of a URL has a `.` or `..` segment. */
export function hasDotSegment(url: string): boolean {
  return readPath(url)
    .split('/')
    .some(segment => /^(\.|%2e){1,2}$/i.test(segment));
}

/** The path of an absolute URL as it is written. */
export function readPath(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
}
