import { Button } from '../../../components/button.tsx';
import { CheckBox } from '../../../components/check-box.tsx';
import { TextInput } from '../../../components/text-input.tsx';
import type { Problems } from './check-draft.ts';
import type { HeaderDraft } from './draft.ts';

export interface HeadersFieldProps {
  readonly headers: readonly HeaderDraft[];
  readonly onChange: (headers: HeaderDraft[]) => void;
  readonly problems: Problems;
}

/** Custom headers. The value of a secret one is never shown: left empty, it stays as it is. */
export function HeadersField({ headers, onChange, problems }: HeadersFieldProps) {
  const change = (index: number, part: Partial<HeaderDraft>) =>
    onChange(headers.map((header, place) => (place === index ? { ...header, ...part } : header)));
  const add = () =>
    onChange([...headers, { key: crypto.randomUUID(), name: '', value: '', secret: true, keptName: null }]);
  return (
    <fieldset className="headers-field">
      <legend className="field-label">Headers</legend>
      {headers.map(({ key, name, value, secret, keptName }, index) => (
        <div key={key} className="header-row">
          <TextInput
            label="Name"
            name={`input.headers.${index}.name`}
            value={name}
            onChange={text => change(index, { name: text })}
            placeholder="authorization"
            spellCheck="false"
            autoComplete="off"
            problem={problems[`input.headers.${index}.name`] ?? null}
          />
          <TextInput
            label="Value"
            name={`input.headers.${index}.value`}
            type={secret ? 'password' : 'text'}
            value={value}
            onChange={text => change(index, { value: text })}
            placeholder={keptName === null ? '' : 'Unchanged'}
            spellCheck="false"
            autoComplete="off"
            problem={problems[`input.headers.${index}.value`] ?? problems[`input.headers.${index}.keepValue`] ?? null}
          />
          <CheckBox
            label="Secret"
            isChecked={secret}
            isDisabled={keptName !== null && value === ''}
            onChange={isSecret => change(index, { secret: isSecret })}
          />
          <Button
            tone="quiet"
            icon="trash"
            label={`Remove ${name || 'this header'}`}
            onPress={() => onChange(headers.filter((_, place) => place !== index))}
          />
        </div>
      ))}
      {problems['input.headers'] && <p className="field-problem">{problems['input.headers']}</p>}
      <div>
        <Button icon="plus" onPress={add}>
          Add header
        </Button>
      </div>
      <p className="field-hint">
        Sent with every request, such as an authorization token. Secret values are encrypted and never shown.
      </p>
    </fieldset>
  );
}
