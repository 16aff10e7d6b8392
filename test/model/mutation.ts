import type { Pool, PoolClient, QueryConfig } from 'pg';

/** A bug that is planted into one named statement, on its way to the database: `src` stays as it is. */
export interface Mutation {
  readonly statement: string;
  /** Each must change the text, wherever it occurs. */
  readonly replace: readonly (readonly [text: string, by: string])[];
}

/** The statement's text with the bug in it. @throws where the text to replace is not there: the mutation has aged. */
function mutate({ statement, replace }: Mutation, text: string): string {
  return replace.reduce((current, [from, to]) => {
    if (!current.includes(from)) throw new Error(`the statement "${statement}" does not hold: ${from}`);
    return current.replaceAll(from, to);
  }, text);
}

/** Plants the bug: every connection of the pool, open or to come, sends the statement as it is rewritten, and notes it. */
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
