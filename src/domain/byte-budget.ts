/** Limits the number of bytes that one GraphQL operation loads from the database and returns. */
export interface ByteBudget {
  /**
   * Counts bytes before they are loaded. Resolves once this process has memory for them.
   *
   * @throws AnswerTooLargeError if the operation exceeds its limit.
   */
  reserve(bytes: number): Promise<void>;
}

/**
 * A row whose large texts may have been left out. `bytes` is their size. `isLoaded` says whether the row contains them.
 */
export interface SizedRow {
  readonly bytes: number;
  readonly isLoaded: boolean;
}

/** The largest number of bytes of texts that one statement loads, unless a single row is larger. */
const chunkBytes = 2 * 1024 * 1024;
const unlimitedBytes = Number.MAX_SAFE_INTEGER;

/**
 * Loads rows with large texts in chunks of 2 MiB. The first statement returns the size of every row, and the total is
 * reserved before further chunks are loaded.
 *
 * @param budget the operation's budget. If it is absent, nothing is counted.
 * @param read loads the rows of these keys, with the texts of as many rows as fit in `maxBytes`.
 * @param keyOf returns the key of a row, as in `keys`.
 * @throws AnswerTooLargeError if the rows exceed the budget.
 */
export async function readSized<Key, Row extends SizedRow>(
  budget: ByteBudget | undefined,
  keys: readonly Key[],
  read: (keys: readonly Key[], maxBytes: number) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
): Promise<Row[]> {
  const rows = await read(keys, chunkBytes);
  await budget?.reserve(rows.reduce((sum, row) => sum + row.bytes, 0));
  const loaded = rows.filter(row => row.isLoaded);
  for (const chunk of toChunks(rows.filter(row => !row.isLoaded))) {
    loaded.push(...(await read(chunk.map(keyOf), unlimitedBytes)));
  }
  return loaded;
}

function toChunks<Row extends SizedRow>(rows: readonly Row[]): Row[][] {
  const chunks: Row[][] = [];
  let bytes = 0;
  for (const row of rows) {
    bytes += row.bytes;
    if (chunks.length === 0 || bytes > chunkBytes) {
      chunks.push([]);
      bytes = row.bytes;
    }
    chunks.at(-1)?.push(row);
  }
  return chunks;
}
