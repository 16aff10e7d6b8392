import type { ClientBase } from 'pg';

/**
 * Makes new tables and functions of this transaction go to the schema that contains `table`. By default, PostgreSQL
 * would create those of a role named `livehook` in the schema `livehook`, which contains only `livehook.publish_event`.
 * Does nothing if the table does not exist.
 */
export async function createInSchemaOf(client: ClientBase, table: string): Promise<void> {
  await client.query(
    `SELECT set_config('search_path', relnamespace::regnamespace::text || ', ' || current_setting('search_path'), true)
     FROM pg_class WHERE oid = to_regclass($1)`,
    [table],
  );
}
