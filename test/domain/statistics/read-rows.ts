import type { Pool } from 'pg';

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Runs a statement. @returns the number of rows that it read of finished deliveries and of summed counts. */
export async function readRows(pool: Pool, statement: { text: string; values: unknown[] } | null) {
  if (!statement) throw new Error('nothing can match');
  const { rows } = await pool.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${statement.text}`, statement.values);
  const read = { history: 0, sums: 0 };
  const visit = (node: PlanNode) => {
    // The plan contains the mean number of rows over all loops, rounded to two decimal places.
    const count = Math.round((node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']);
    if (node['Relation Name']?.startsWith('delivery_history')) read.history += count;
    if (node['Relation Name'] === 'delivery_count') read.sums += count;
    node.Plans?.forEach(visit);
  };
  visit(rows[0]['QUERY PLAN'][0].Plan);
  return read;
}
