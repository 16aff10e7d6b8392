/** What one operation may still load from the database and show. */
export interface ByteBudget {
  /**
   * Counts bytes that are about to be loaded. Resolves once there is room for them in this process.
   *
   * @throws AnswerTooLargeError if the operation would load more than it may.
   */
  reserve(bytes: number): Promise<void>;
}

/** A row whose texts may be left out: `bytes` tells their size, `isLoaded` whether they are in the row. */
export interface SizedRow {
  readonly bytes: number;
  readonly isLoaded: boolean;
}

/** The most that one statement loads, unless a single row is larger. */
const chunkBytes = 2 * 1024 * 1024;
const unlimitedBytes = Number.MAX_SAFE_INTEGER;

/**
 * Loads rows with large texts in chunks of 2 MiB. The first statement tells the size of every row, and the whole is counted
 * before the next chunk is loaded.
 *
 * @param budget absent: nothing is counted.
 * @param read loads the rows of these keys; the texts of as many of them as fit `maxBytes`.
 * @param keyOf the key of a row, as `keys` holds it.
 * @throws AnswerTooLargeError as `budget` does.
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
