import { LRUCache } from 'lru-cache';

/** The limit on named statements. Each takes up to 200 kB of memory of every connection in PostgreSQL permanently. */
const maxNames = 64;
/** Statements that are used less often get no name. */
const usesBeforeNamed = 20;
const countedTexts = 1000;

const names = new Map<string, string>();
const uses = new LRUCache<string, number>({ max: countedTexts });

/**
 * The name under which to run a statement that is composed of parts, so that PostgreSQL parses it once for each
 * connection and `pg` sends only the values. Undefined for a text that is seldom used, which runs unnamed. At most 64
 * texts get a name, the first ones that were used 20 times, and keep it.
 *
 * Only for texts whose best plan does not depend on their values, because PostgreSQL may plan a named statement without
 * them.
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
