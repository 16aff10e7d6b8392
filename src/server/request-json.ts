import { markInexactNumbers, skipString } from '../graphql/inexact-numbers.ts';
import { OperationTooComplexError } from './operation-too-complex.ts';

/**
 * Limits on the JSON of one request besides its bytes: parsing takes a microsecond for an object with one key, and a
 * nanosecond for a character of text. A batch of 1,000 events can have 250 values in each payload. The text in
 * `payloadText` counts as one value.
 */
export const jsonLimits = { values: 250_000, levels: 10_000 } as const;

/** Shorter texts are not checked, because parsing them is fast whatever they contain. */
const shortText = 100_000;

/**
 * Parses the JSON of a request: a body, a parameter or a websocket message. Numbers that a double cannot hold become
 * markers that `findInexactNumber` recognizes.
 *
 * @throws SyntaxError if the text is not JSON; GraphQLError if it exceeds `jsonLimits` or has too many such numbers.
 */
export function parseRequestJson(text: string): unknown {
  checkJsonLimits(text);
  return JSON.parse(markInexactNumbers(text));
}

/** Checks a JSON text without parsing it. @throws GraphQLError (QUERY_TOO_COMPLEX) if it exceeds `jsonLimits`. */
export function checkJsonLimits(text: string): void {
  if (text.length <= shortText) return;
  let values = 1;
  let level = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = skipString(text, at) - 1;
        break;
      case 0x2c: // ,
        values += 1;
        break;
      case 0x5b: // [
      case 0x7b: // {
        values += 1;
        level += 1;
        if (level > deepest) deepest = level;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        level -= 1;
    }
  }
  if (values > jsonLimits.values) throw new OperationTooComplexError('JSON values', values, jsonLimits.values);
  if (deepest > jsonLimits.levels) throw new OperationTooComplexError('JSON levels', deepest, jsonLimits.levels);
}
