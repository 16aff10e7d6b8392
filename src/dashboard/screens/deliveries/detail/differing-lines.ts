import { indentJson } from '../../../features/payload/indent-json.ts';

/** Stands for one or more lines that are equal in both texts. */
const equalLines = '…';

/** The largest number of line pairs to compare. Beyond it, all lines between the first and last difference are shown. */
const maxPairs = 1_000_000;

/**
 * Returns the lines in which two texts differ, as two texts. JSON is indented first, so that each of its values has a
 * line. `…` stands for lines that are equal. Texts of one line are returned as they are.
 */
export function keepDifferingLines(before: string, after: string): [before: string, after: string] {
  const [left, right] = [before, after].map(text => (indentJson(text) ?? text).split('\n')) as [string[], string[]];
  if (left.length === 1 && right.length === 1) return [before, after];
  const limit = Math.min(left.length, right.length);
  let head = 0;
  while (head < limit && left[head] === right[head]) head += 1;
  let tail = 0;
  while (tail < limit - head && left.at(-1 - tail) === right.at(-1 - tail)) tail += 1;
  const [a, b] = [left, right].map(lines => lines.slice(head, lines.length - tail)) as [string[], string[]];
  // Only white space within the JSON differs.
  if (a.length + b.length === 0) return [before, after];
  const common = a.length * b.length > maxPairs ? [] : findCommonLines(a, b);
  const mark = (lines: readonly string[], side: 0 | 1) => {
    const equal = new Set(common.map(pair => pair[side]));
    const differing = lines.map((line, index) => (equal.has(index) ? null : line));
    return [...(head > 0 ? [null] : []), ...differing, ...(tail > 0 ? [null] : [])]
      .filter((line, index, all) => line !== null || index === 0 || all[index - 1] !== null)
      .map(line => line ?? equalLines)
      .join('\n');
  };
  return [mark(a, 0), mark(b, 1)];
}

/** Returns the index pairs of a longest common subsequence of two lists of lines. */
function findCommonLines(a: readonly string[], b: readonly string[]): [number, number][] {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        a[i] === b[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if ((lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0)) i += 1;
    else j += 1;
  }
  return pairs;
}
