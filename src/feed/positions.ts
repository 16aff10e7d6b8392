/** The index of the first entry behind `position`, in entries whose positions ascend; their number if there is none. */
export function findIndexAfter(entries: readonly { readonly position: number }[], position: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.position ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}
