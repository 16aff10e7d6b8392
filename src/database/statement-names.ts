import { LRUCache } from 'lru-cache';

/** The limit on named statements. Each permanently uses up to 200 kB in PostgreSQL for every connection. */
const maxNames = 64;
/** A statement gets a name when it is used for the 20th time. */
const usesBeforeNamed = 20;
const countedTexts = 1000;

const names = new Map<string, string>();
const uses = new LRUCache<string, number>({ max: countedTexts });

/**
 * Returns the name under which to run a statement whose text is composed at run time. With a name, PostgreSQL parses it
 * once per connection and `pg` sends only the values. Undefined for a text that is seldom used, which runs unnamed. The
 * first 64 texts that are used 20 times get a name and keep it.
 *
 * Use it only for texts whose best plan does not depend on their values, because PostgreSQL may plan a named statement
 * without them.
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
