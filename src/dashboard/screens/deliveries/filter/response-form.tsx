import { readResponses } from '../../../features/deliveries/filter/known-values.ts';
import { messages } from '../messages.ts';
import { RangeForm } from './range-form.tsx';

/**
 * A form that adds a range of status codes that is not in the list of choices. If only one field is filled in, the
 * range is that single code.
 */
export function ResponseForm({ onAdd }: { readonly onAdd: (range: string) => void }) {
  return (
    <RangeForm
      from={{ label: messages.from, placeholder: '400' }}
      to={{ label: messages.to, placeholder: '417' }}
      maxDigits={3}
      submitLabel={messages.add}
      help={messages.statusCodesProblem}
      readRange={(from, to) => {
        const range = [from, to].filter(side => side !== '').join('-');
        return readResponses(range) ? range : null;
      }}
      onSubmit={onAdd}
    />
  );
}
