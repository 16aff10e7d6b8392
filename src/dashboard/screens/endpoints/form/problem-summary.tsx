import { Banner } from '../../../components/banner.tsx';
import { PlainButton } from '../../../components/button.tsx';
import { messages } from '../messages.ts';
import type { Problems } from './check-draft.ts';
import styles from './endpoint-form.module.css';

import { endpointFormId } from './use-draft.ts';

const labels: Readonly<Record<string, string>> = {
  name: messages.name,
  url: 'URL',
  method: 'Method',
  eventTypes: messages.eventTypes,
  headers: messages.headers,
  retryScheduleSeconds: messages.retries,
  bodyTemplate: messages.bodyTemplate,
  timeoutMs: messages.timeout,
  maxConcurrency: messages.maxConcurrentRequests,
  rateLimitPerSecond: messages.requestsPerSecond,
  disableAfterSeconds: messages.disableAfterFailing,
};

/** A list of all problems of the form with links to their fields. Renders nothing if there are none. */
export function ProblemSummary({ problems }: { readonly problems: Problems }) {
  const entries = Object.entries(problems);
  if (entries.length === 0) return null;
  return (
    <Banner tone="danger" className={styles.problems} role="alert" tabIndex={-1}>
      <p>
        <strong>{messages.problemsToFix(entries.length)}</strong>
      </p>
      <ul>
        {entries.map(([argument, problem]) => (
          <li key={argument}>
            {argument === '' ? (
              problem
            ) : (
              <PlainButton className={styles.problem} onPress={() => focusField(argument)}>
                {labelOf(argument)}: {problem}
              </PlainButton>
            )}
          </li>
        ))}
      </ul>
    </Banner>
  );
}

/** The display name of a field by its argument: `Headers, row 3` for `input.headers.2.name`. */
function labelOf(argument: string): string {
  const [, field = '', index] = argument.split('.');
  const label = labels[field] ?? field;
  return field === 'headers' && index !== undefined ? messages.headerRow(label, Number(index) + 1) : label;
}

/**
 * Focuses the field of an argument. The name of a field is that of its argument. If an argument has no field, its
 * parent is focused.
 */
function focusField(argument: string): void {
  for (let name = argument; name.includes('.'); name = name.slice(0, name.lastIndexOf('.'))) {
    const field = document.querySelector<HTMLElement>(`#${endpointFormId} [name="${name}"]`);
    if (!field) continue;
    field.focus();
    field.scrollIntoView({ block: 'center' });
    return;
  }
}
