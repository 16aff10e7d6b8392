/**
 * Returns the index of the first item at or after `from` that matches, or the number of items if none does. Every item
 * after a match must match, too.
 */
export function findFirstIndex<T>(items: readonly T[], isMatch: (item: T) => boolean, from = 0): number {
  let low = from;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isMatch(items[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}
