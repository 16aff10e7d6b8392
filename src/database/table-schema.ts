import type { ClientBase } from 'pg';

/**
 * Until the transaction ends, new tables and functions go to the schema that has `table`. Without this, those of a role
 * with the name `livehook` would go to the schema of that name, which holds `livehook.publish_event`: PostgreSQL looks
 * for a schema with the name of the role first. Does nothing if there is no such table.
 */
export async function createInSchemaOf(client: ClientBase, table: string): Promise<void> {
  await client.query(
    `SELECT set_config('search_path', relnamespace::regnamespace::text || ', ' || current_setting('search_path'), true)
     FROM pg_class WHERE oid = to_regclass($1)`,
    [table],
  );
}
