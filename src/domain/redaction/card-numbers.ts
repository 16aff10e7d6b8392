/** Matches up to three spaces, dots, dashes and underscores, which may separate two digits of a card number. */
const separators = '[ \\u00a0\\u2009\\u202f._\\u2010-\\u2015-]{0,3}';
const minDigits = 13;
const maxDigits = 19;
const runForm = `[0-9](?:${separators}[0-9]){${minDigits - 1},}`;

/** Matches every text that may contain a card number, and some that do not. */
export const maybeCardNumber = new RegExp(runForm);
const runs = new RegExp(runForm, 'g');

/**
 * Whether a string contains a card number: 13 to 19 digits, which may be in groups, that pass the Luhn check (ISO/IEC
 * 7812-1) and do not begin with 0. One of ten random numbers of that length passes, too.
 */
export function holdsCardNumber(text: string): boolean {
  if (/^-?\d+\.\d+$/.test(text)) return isCardNumber(integerOf(text));
  return (text.match(runs) ?? []).some(holdsGroups);
}

/**
 * Whether a JSON number is a card number. Only its integer part is checked, so that a long decimal fraction does not
 * match.
 */
export function isCardLiteral(literal: string): boolean {
  if (!/e/i.test(literal)) return isCardNumber(integerOf(literal));
  const value = Math.abs(Number(literal));
  return value < 10 ** maxDigits && isCardNumber(String(BigInt(Math.trunc(value))));
}

function integerOf(decimal: string): string {
  return decimal.replace(/^-|\.\d*$/g, '');
}

/**
 * Whether consecutive groups of digits, joined, form a card number. The Luhn weights are summed up once, so the time is
 * linear in the number of digits.
 */
function holdsGroups(run: string): boolean {
  // Prefix sums of the Luhn weights: the first array for numbers whose last digit is at an even position, the second
  // for odd ones. The last digit counts once, the one before it is doubled, and so on.
  const sums = [new Uint32Array(run.length + 1), new Uint32Array(run.length + 1)] as const;
  /** For each digit's position: the digit if a group begins there, otherwise 0. */
  const firstDigits = new Uint8Array(run.length + 1);
  let end = 0;
  for (let at = 0; at < run.length; at += 1) {
    if (!isDigit(run, at)) continue;
    const digit = run.charCodeAt(at) - 48;
    const doubled = digit > 4 ? digit * 2 - 9 : digit * 2;
    if (at === 0 || !isDigit(run, at - 1)) firstDigits[end] = digit;
    sums[0][end + 1] = (sums[0][end] as number) + (end % 2 === 1 ? digit : doubled);
    sums[1][end + 1] = (sums[1][end] as number) + (end % 2 === 0 ? digit : doubled);
    end += 1;
    if (!isDigit(run, at + 1) && endsNumber(sums[end % 2] as Uint32Array, firstDigits, end)) return true;
  }
  return false;
}

/** Whether the 13 to 19 digits before `end` pass the Luhn check, and start with a group that does not begin with 0. */
function endsNumber(sums: Uint32Array, firstDigits: Uint8Array, end: number): boolean {
  for (let start = Math.max(0, end - maxDigits); start <= end - minDigits; start += 1) {
    if (firstDigits[start] !== 0 && ((sums[end] as number) - (sums[start] as number)) % 10 === 0) return true;
  }
  return false;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
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
