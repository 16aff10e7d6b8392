import { BadUserInputError } from '../errors.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII.
const asciiOnly = /^[\x00-\x7f]*$/;
const maxSearchLength = 256;

/**
 * The form by which all searches compare texts: two texts that differ only in case or in how Unicode spells them have
 * the same form. It is NFKC (composed and decomposed letters, full-width letters and ligatures are equal) in lower case
 * after upper case (`ß` is `ss`), without the dot above that the lower case of the Turkish `İ` keeps; `ı` is `i`, and
 * the final `ς` is `σ`. Other accents count: `muller` is no part of `Müller`.
 *
 * For ASCII text this is PostgreSQL's `lower(... COLLATE "C")`. Only text that is not ASCII has a form that is not.
 */
export function foldText(text: string): string {
  if (asciiOnly.test(text)) return text.toLowerCase();
  const lower = text.normalize('NFKC').toUpperCase().toLowerCase();
  return lower.replaceAll('ς', 'σ').replaceAll('i\u0307', 'i').normalize('NFKC');
}

/**
 * The term of a search without the spaces around it, folded by `foldText`. Null does not restrict: there is none, or it
 * is blank.
 *
 * @throws BadUserInputError for more than 256 characters, a lone surrogate or U+0000.
 */
export function checkSearch(search: string | null | undefined, argument: string): string | null {
  if (search === null || search === undefined) return null;
  if (search.length > maxSearchLength) {
    throw new BadUserInputError(argument, `must have at most ${maxSearchLength} characters`);
  }
  if (!search.isWellFormed() || search.includes('\u0000')) {
    throw new BadUserInputError(argument, 'must be well-formed Unicode without U+0000');
  }
  return foldText(search.trim()) || null;
}
