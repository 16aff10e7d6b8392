import { useState } from 'react';
import { Form } from 'react-aria-components';
import { Button } from '../../../components/button.tsx';
import { TextInput } from '../../../components/text-input.tsx';
import { knows } from '../../../features/deliveries/filter/known-values.ts';

/** An event type, or a prefix of types, that is not among those seen so far. */
export function PrefixForm({ onAdd }: { readonly onAdd: (type: string) => void }) {
  const [text, setText] = useState('');
  const type = text.trim();
  const isType = knows.get('type')?.(type) ?? false;
  return (
    <Form
      className="chip-form"
      onSubmit={event => {
        event.preventDefault();
        if (isType) onAdd(type);
      }}
    >
      <div className="chip-pair">
        <TextInput label="Type or prefix" placeholder="order.refund.*" value={text} onChange={setText} />
        <Button type="submit" isDisabled={!isType}>
          Add
        </Button>
      </div>
      {type !== '' && !isType && <p className="field-hint">Words joined by dots; a prefix ends with “.*”.</p>}
    </Form>
  );
}
