// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII.
const asciiOnly = /^[\x00-\x7f]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII.
const someAscii = /[\x00-\x7f]/;

export function isAscii(text: string): boolean {
  return asciiOnly.test(text);
}

/**
 * The text by which two texts are compared without regard to case: each character's lower case by itself, except that
 * none beyond ASCII becomes ASCII (the Kelvin sign is no `k`). So whether an ASCII text is part of another is answered
 * alike by PostgreSQL's `lower(... COLLATE "C")`, whatever the database's locale.
 */
export function foldCase(text: string): string {
  return isAscii(text) ? text.toLowerCase() : Array.from(text, foldCharacter).join('');
}

function foldCharacter(character: string): string {
  const lower = character.toLowerCase();
  return isAscii(character) || !someAscii.test(lower) ? lower : character;
}
