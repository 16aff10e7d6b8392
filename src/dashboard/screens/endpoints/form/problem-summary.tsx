import { Button } from 'react-aria-components';
import type { Problems } from './check-draft.ts';

const labels: Readonly<Record<string, string>> = {
  name: 'Name',
  url: 'URL',
  method: 'Method',
  eventTypes: 'Event types',
  headers: 'Headers',
  retryScheduleSeconds: 'Retries',
  bodyTemplate: 'Body template',
  timeoutMs: 'Timeout',
  maxConcurrency: 'Max concurrent requests',
  rateLimitPerSecond: 'Requests per second',
  disableAfterSeconds: 'Disable after failing for',
};

/** Every problem of the form, each leading to its field. Nothing if there is none. */
export function ProblemSummary({ problems }: { readonly problems: Problems }) {
  const entries = Object.entries(problems);
  if (entries.length === 0) return null;
  return (
    <div className="banner banner-danger form-problems" role="alert" tabIndex={-1}>
      <p>
        <strong>{entries.length === 1 ? '1 problem to fix' : `${entries.length} problems to fix`}</strong>
      </p>
      <ul>
        {entries.map(([argument, problem]) => (
          <li key={argument}>
            {argument === '' ? (
              problem
            ) : (
              <Button className="form-problem" onPress={() => focusField(argument)}>
                {labelOf(argument)}: {problem}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** `input.headers.2.name` is `Headers, row 3`. */
function labelOf(argument: string): string {
  const [, field = '', index] = argument.split('.');
  const label = labels[field] ?? field;
  return field === 'headers' && index !== undefined ? `${label}, row ${Number(index) + 1}` : label;
}

/** Fields are named after their arguments; a part without a field of its own leads to that of the whole. */
function focusField(argument: string): void {
  for (let name = argument; name.includes('.'); name = name.slice(0, name.lastIndexOf('.'))) {
    const field = document.querySelector<HTMLElement>(`.endpoint-form [name="${name}"]`);
    if (!field) continue;
    field.focus();
    field.scrollIntoView({ block: 'center' });
    return;
  }
}
