import { useState } from 'react';
import type { Outcome } from '../../../api/outcome.ts';
import type { Settings } from '../../../api/settings.ts';
import { checkDraft, type Problems } from './check-draft.ts';
import type { Draft } from './draft.ts';

/** The id of the form element, in which the field of a problem is looked up. */
export const endpointFormId = 'endpoint-form';

export interface DraftForm {
  readonly draft: Draft;
  readonly problems: Problems;
  readonly isPending: boolean;
  change(part: Partial<Draft>): void;
  /** Validates the draft and sends it if it is valid. Problems are displayed at their fields. */
  submit(): Promise<void>;
}

/** The state of the endpoint form. `send` gets the draft without empty header rows. */
export function useDraft(
  initial: Draft,
  settings: Settings,
  send: (draft: Draft) => Promise<Outcome<unknown>>,
): DraftForm {
  const [draft, setDraft] = useState(initial);
  const [problems, setProblems] = useState<Problems>({});
  const [isPending, setIsPending] = useState(false);
  return {
    draft,
    problems,
    isPending,
    change(part) {
      setDraft(before => ({ ...before, ...part }));
      setProblems(before => Object.fromEntries(Object.entries(before).filter(([name]) => !isOf(name, part))));
    },
    async submit() {
      const ready = {
        ...draft,
        headers: draft.headers.filter(({ name, value }) => name.trim() !== '' || value !== ''),
      };
      setDraft(ready);
      const wrong = checkDraft(ready, settings);
      setProblems(wrong);
      if (Object.keys(wrong).length > 0) return showFirstProblem();
      setIsPending(true);
      const outcome = await send(ready);
      setIsPending(false);
      if (outcome.ok) return;
      setProblems(problemsOf(outcome));
      showFirstProblem();
    },
  };
}

const argumentsOf: Partial<Record<keyof Draft, string>> = {
  schedule: 'input.retryScheduleSeconds',
  timeout: 'input.timeoutMs',
  disableAfter: 'input.disableAfterSeconds',
};

/**
 * Whether a problem belongs to one of the fields that were just changed. A problem without a field belongs to every
 * change.
 */
function isOf(argument: string, part: Partial<Draft>): boolean {
  if (argument === '') return true;
  return (Object.keys(part) as (keyof Draft)[]).some(name => {
    const root = argumentsOf[name] ?? `input.${name}`;
    return argument === root || argument.startsWith(`${root}.`);
  });
}

/** The first problem of an argument or of a part of it, such as `input.eventTypes.3`. */
export function problemOf(problems: Problems, argument: string): string | null {
  const found = Object.entries(problems).find(([name]) => name === argument || name.startsWith(`${argument}.`));
  return found?.[1] ?? null;
}

/** The problems that the server found, by argument. */
function problemsOf({ message, problems }: Extract<Outcome<unknown>, { ok: false }>): Problems {
  if (problems.length === 0) return { '': message };
  return Object.fromEntries(problems.map(each => [each.path.join('.'), each.message]));
}

/** Focuses the first invalid field and scrolls to it, after the problems are rendered. */
function showFirstProblem(): void {
  requestAnimationFrame(() => {
    const field = document.querySelector<HTMLElement>(`#${endpointFormId} [aria-invalid="true"]`);
    const shown = field ?? document.querySelector<HTMLElement>(`#${endpointFormId} [role="alert"]`);
    shown?.focus();
    shown?.scrollIntoView({ block: 'center' });
  });
}
