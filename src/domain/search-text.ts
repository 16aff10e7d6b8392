import { BadUserInputError } from '../errors.ts';
import { inputLimits } from './input-limits.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII.
const asciiOnly = /^[\x00-\x7f]*$/;

/**
 * Folds a text for searches. Two texts have the same folded form if they differ only in case or in how Unicode spells
 * their characters. The form is NFKC, in lower case after upper case: `ß` and `ẞ` become `ss`, full-width letters and
 * ligatures become plain letters, `ı` becomes `i`, and the final `ς` becomes `σ`. The dot that the lower case of the
 * Turkish `İ` keeps is removed. Accents count: `muller` does not match `Müller`.
 *
 * For ASCII text this equals PostgreSQL's `lower(... COLLATE "C")`. A folded form has characters outside ASCII only if
 * the text has some.
 */
export function foldText(text: string): string {
  if (asciiOnly.test(text)) return text.toLowerCase();
  const lower = text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase();
  return lower.replaceAll('ς', 'σ').replaceAll('i\u0307', 'i').normalize('NFKC');
}

/**
 * Trims a search term and folds it by `foldText`. Null if it is absent or blank, so that the search does not restrict.
 *
 * @throws BadUserInputError for more than 256 characters, a lone surrogate or U+0000.
 */
export function checkSearch(search: string | null | undefined, argument: string): string | null {
  if (search === null || search === undefined) return null;
  const { maxSearchLength } = inputLimits;
  if (search.length > maxSearchLength) {
    throw new BadUserInputError(argument, `must have at most ${maxSearchLength} characters`);
  }
  if (!search.isWellFormed() || search.includes('\u0000')) {
    throw new BadUserInputError(argument, 'must be well-formed Unicode without U+0000');
  }
  return foldText(search.trim()) || null;
}
