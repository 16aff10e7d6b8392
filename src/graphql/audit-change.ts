import { builder } from './builder.ts';

interface AuditChange {
  readonly field: string;
  readonly value: string | null;
}

/** The largest number of changes in a list. Every input has fewer fields. */
export const maxChanges = 50;

export const AuditChangeType = builder.objectRef<AuditChange>('AuditChange').implement({
  description: 'One setting that an action set, such as the URL of an endpoint.',
  fields: t => ({
    field: t.exposeString('field', {
      description: 'The name of the setting, such as `url`. A part of a setting is named after it: `filter.statuses`.',
    }),
    value: t.exposeString('value', {
      nullable: true,
      description:
        'The value that was set, as text: `https://example.com/hook`, `5000`, `true`. A list is JSON: `["order.paid"]`, or its length if it is long: `1000 entries`. Null if the setting was reset to its default or has no value now. Never a secret or the value of a header.',
    }),
  }),
});

/** Flattens the changes of an audit entry into a list in the same order. */
export function listChanges(changes: unknown, prefix = ''): AuditChange[] {
  if (typeof changes !== 'object' || changes === null) return [];
  return Object.entries(changes)
    .flatMap(([name, value]): AuditChange[] => {
      const field = `${prefix}${name}`;
      if (value === null) return [{ field, value: null }];
      if (typeof value === 'object' && !Array.isArray(value)) return listChanges(value, `${field}.`);
      return [{ field, value: typeof value === 'string' ? value : JSON.stringify(value) }];
    })
    .slice(0, maxChanges);
}
