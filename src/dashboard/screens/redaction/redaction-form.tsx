import { useState } from 'react';
import { useMutation } from 'urql';
import { readOutcome } from '../../api/outcome.ts';
import { Button } from '../../components/button.tsx';
import { CheckBox } from '../../components/check-box.tsx';
import { classNames } from '../../components/class-names.ts';
import { TextInput } from '../../components/text-input.tsx';
import { notify } from '../../components/toasts.tsx';
import styles from '../../features/settings/settings.module.css';
import type { UpdateRedactionInput } from '../../generated/graphql.ts';
import { messages } from './messages.ts';
import { type Redaction, UpdateRedactionMutation } from './redaction-documents.ts';

export function RedactionForm({ redaction }: { readonly redaction: Redaction }) {
  const [{ fetching }, update] = useMutation(UpdateRedactionMutation);
  const [text, setText] = useState(redaction.paths.join('\n'));
  const [scans, setScans] = useState(redaction.scanCardNumbers);
  const [problem, setProblem] = useState<string | null>(null);
  const paths = text.split('\n').flatMap(line => line.trim() || []);
  const isChanged = paths.join('\n') !== redaction.paths.join('\n') || scans !== redaction.scanCardNumbers;
  const save = async (input: UpdateRedactionInput) => {
    const { data, error } = await update({ input });
    const outcome = readOutcome(data?.updateRedaction, error);
    setProblem(outcome.ok ? null : describe(outcome, paths));
    if (outcome.ok) notify('success', messages.redactionSaved);
  };
  return (
    <form
      className={classNames(styles.form, styles.card)}
      noValidate
      onSubmit={event => {
        event.preventDefault();
        if (!fetching) void save({ paths, scanCardNumbers: scans });
      }}
    >
      <TextInput
        label={messages.pathsOnePerLine}
        rows={12}
        spellCheck="false"
        placeholder={messages.pathsExample}
        hint={messages.pathsHint}
        value={text}
        onChange={setText}
        problem={problem}
      />
      <CheckBox
        label={messages.detectCardNumbers}
        hint={messages.detectCardNumbersHint}
        isChecked={scans}
        onChange={setScans}
      />
      <div className={styles.formActions}>
        <Button isDisabled={fetching} onPress={() => void save({ paths: null, scanCardNumbers: null })}>
          {messages.resetToDefaults}
        </Button>
        <Button tone="primary" type="submit" isPending={fetching} isDisabled={!isChanged}>
          {messages.save}
        </Button>
      </div>
    </form>
  );
}

/** Describes the error of the server, with the invalid path if its argument is one, such as `input.paths.3`. */
function describe(
  { argument, message }: { readonly argument: string | null; readonly message: string },
  paths: readonly string[],
): string {
  const index = /^input\.paths\.(\d+)$/.exec(argument ?? '')?.[1];
  return index === undefined ? message : `${paths[Number(index)]}: ${message}`;
}
