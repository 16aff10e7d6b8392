import { useState } from 'react';
import { Button } from '../../../components/button.tsx';
import { classNames } from '../../../components/class-names.ts';
import fieldStyles from '../../../components/field.module.css';
import { TextInput } from '../../../components/text-input.tsx';
import { knows } from '../../../features/deliveries/filter/known-values.ts';
import { messages } from '../messages.ts';
import styles from './filter-forms.module.css';

/** A form that adds an event type, or a prefix such as `order.*`, that is not in the list of choices. */
export function PrefixForm({ onAdd }: { readonly onAdd: (type: string) => void }) {
  const [text, setText] = useState('');
  const type = text.trim();
  const isType = knows.get('type')?.(type) ?? false;
  return (
    <form
      className={classNames(styles.form)}
      onSubmit={event => {
        event.preventDefault();
        if (isType) onAdd(type);
      }}
    >
      <div className={styles.pair}>
        <TextInput
          label={messages.typeOrPrefix}
          placeholder={messages.typeOrPrefixExample}
          value={text}
          onChange={setText}
        />
        <Button type="submit" isDisabled={!isType}>
          {messages.add}
        </Button>
      </div>
      {type !== '' && !isType && <p className={fieldStyles.hint}>{messages.typeOrPrefixProblem}</p>}
    </form>
  );
}
