/**
 * Maps the updates of a source. This is not a generator, because a generator would delay `return` until the source has
 * its next item.
 */
export function mapUpdates<From, To>(
  source: AsyncIterable<From>,
  map: (item: From) => Promise<To>,
): AsyncGenerator<To, void, void> {
  const items = source[Symbol.asyncIterator]();
  const end = async () => {
    await items.return?.();
    return { done: true, value: undefined } as const;
  };
  return {
    async next() {
      const result = await items.next();
      return result.done ? { done: true, value: undefined } : { done: false, value: await map(result.value) };
    },
    return: end,
    throw: end,
    [Symbol.asyncIterator]() {
      return this;
    },
    [Symbol.asyncDispose]: async () => void (await end()),
  };
}
