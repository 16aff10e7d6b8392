import type { Pool, PoolClient, QueryConfig } from 'pg';

/** A bug that is inserted into a named statement when it is sent to the database. The source files do not change. */
export interface Mutation {
  readonly statement: string;
  /** Replacements in the text of the statement. Each text must occur in it. */
  readonly replace: readonly (readonly [text: string, by: string])[];
}

/**
 * Returns the text of the statement with the bug.
 * @throws Error if a text to replace does not occur, in which case the mutation has to be updated.
 */
function mutate({ statement, replace }: Mutation, text: string): string {
  return replace.reduce((current, [from, to]) => {
    if (!current.includes(from)) throw new Error(`the statement "${statement}" does not hold: ${from}`);
    return current.replaceAll(from, to);
  }, text);
}

/**
 * Inserts the bug: every current and future connection of the pool sends the changed statement, and its name is
 * recorded.
 */
export function mutateStatements(pool: Pool, mutation: Mutation, mutated: Set<string>): void {
  const plant = (client: PoolClient) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const rewrite = (first: unknown) => {
      const { name, text } = Object(first) as Partial<QueryConfig>;
      if (name !== mutation.statement || !text) return first;
      const rewritten = mutate(mutation, text);
      if (rewritten !== text) mutated.add(name);
      return { ...Object(first), text: rewritten };
    };
    Object.assign(client, { query: (first: unknown, ...rest: unknown[]) => query(rewrite(first), ...rest) });
  };
  for (const client of (pool as unknown as { readonly _clients: readonly PoolClient[] })._clients) plant(client);
  pool.on('connect', plant);
}
