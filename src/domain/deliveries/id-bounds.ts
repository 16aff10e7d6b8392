/** Returns the smallest and the largest of these UUIDs (lower case). Null if there are none. */
export function idBounds(ids: readonly string[]): [first: string, last: string] | null {
  const [first, ...others] = ids;
  if (first === undefined) return null;
  const bounds: [string, string] = [first, first];
  for (const id of others) {
    if (id < bounds[0]) bounds[0] = id;
    if (id > bounds[1]) bounds[1] = id;
  }
  return bounds;
}
