/**
 * Returns JSON with line breaks and an indentation of two spaces. Null if the text is not a JSON object or array. Only
 * white space is changed, because parsing would change numbers such as 1.0 or 12345678901234567890, and the order of
 * keys.
 */
export function indentJson(text: string): string | null {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  let depth = 0;
  let result = '';
  const line = () => `\n${'  '.repeat(depth)}`;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{]\s*[\]}]|[[\]{},:]|[^\s[\]{},:"]+/g)) {
    if (token === '{' || token === '[') {
      depth += 1;
      result += token + line();
    } else if (token === '}' || token === ']') {
      depth -= 1;
      result += line() + token;
    } else if (token === ',') result += token + line();
    else if (token === ':') result += ': ';
    else result += /^[[{]/.test(token) ? token.replace(/\s/g, '') : token;
  }
  return result;
}
