/** What may stand between two digits of a card number: spaces, dots, dashes and underscores, three at most. */
const separators = '[ \\u00a0\\u2009\\u202f._\\u2010-\\u2015-]{0,3}';
const minDigits = 13;
const maxDigits = 19;
const runForm = `[0-9](?:${separators}[0-9]){${minDigits - 1},}`;

/** Matches text in which a card number may stand; what it does not match holds none. */
export const maybeCardNumber = new RegExp(runForm);
const runs = new RegExp(runForm, 'g');

/**
 * Whether a string holds a card number: 13 to 19 digits, in groups or in one, that pass the Luhn check (ISO/IEC 7812-1)
 * and do not begin with 0. One number of ten of that length passes by chance.
 */
export function holdsCardNumber(text: string): boolean {
  if (/^-?\d+\.\d+$/.test(text)) return isCardNumber(integerOf(text));
  return (text.match(runs) ?? []).some(holdsGroups);
}

/** Whether a JSON number is a card number: its whole part, so that a long fraction is not taken for one. */
export function isCardLiteral(literal: string): boolean {
  if (!/e/i.test(literal)) return isCardNumber(integerOf(literal));
  const value = Math.abs(Number(literal));
  return value < 10 ** maxDigits && isCardNumber(String(BigInt(Math.trunc(value))));
}

function integerOf(decimal: string): string {
  return decimal.replace(/^-|\.\d*$/g, '');
}

/** Whether some neighbouring groups of digits are a card number when they are joined. */
function holdsGroups(run: string): boolean {
  const groups = run.split(/[^0-9]+/);
  return groups.some((_, from) => {
    let digits = '';
    for (let to = from; to < groups.length && digits.length < maxDigits; to += 1) {
      digits += groups[to];
      if (isCardNumber(digits)) return true;
    }
    return false;
  });
}

function isCardNumber(digits: string): boolean {
  if (digits.length < minDigits || digits.length > maxDigits || digits[0] === '0') return false;
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - place) - 48;
    const weighed = place % 2 === 0 ? digit : digit * 2;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}
