import { LRUCache } from 'lru-cache';

/** Each takes up to 200 kB of every connection's memory in PostgreSQL, for good. */
const maxNames = 64;
/** What is asked for once in a while is not worth that. */
const usesBeforeNamed = 20;
const countedTexts = 1000;

const names = new Map<string, string>();
const uses = new LRUCache<string, number>({ max: countedTexts });

/**
 * The name under which to run a statement that is put together from parts, so that PostgreSQL parses it once for each
 * connection and `pg` sends the values alone. Undefined, for a text that is seldom used: run it unnamed. At most 64 get a
 * name, those that were used 20 times first, and keep it.
 *
 * Only for texts that differ by their shape, and whose best plan does not depend on their values: PostgreSQL may come to
 * plan a named one without them.
 */
export function nameStatement(text: string): string | undefined {
  const name = names.get(text);
  if (name !== undefined || names.size >= maxNames) return name;
  const count = (uses.get(text) ?? 0) + 1;
  uses.set(text, count);
  if (count < usesBeforeNamed) return undefined;
  const given = `shape-${names.size + 1}`;
  names.set(text, given);
  return given;
}
