import { Button } from '../../../components/button.tsx';
import { CheckBox } from '../../../components/check-box.tsx';
import fieldStyles from '../../../components/field.module.css';
import { TextInput } from '../../../components/text-input.tsx';
import { messages } from '../messages.ts';
import type { Problems } from './check-draft.ts';
import type { HeaderDraft } from './draft.ts';
import styles from './endpoint-form.module.css';

export interface HeadersFieldProps {
  readonly headers: readonly HeaderDraft[];
  readonly onChange: (headers: HeaderDraft[]) => void;
  readonly problems: Problems;
}

/** The fields for custom headers. Secret values are never shown, and stay unchanged if their field is left empty. */
export function HeadersField({ headers, onChange, problems }: HeadersFieldProps) {
  const change = (index: number, part: Partial<HeaderDraft>) =>
    onChange(headers.map((header, place) => (place === index ? { ...header, ...part } : header)));
  const add = () =>
    onChange([...headers, { key: crypto.randomUUID(), name: '', value: '', secret: true, keptName: null }]);
  return (
    <fieldset className={styles.headersField}>
      <legend className={fieldStyles.label}>{messages.headers}</legend>
      {headers.map(({ key, name, value, secret, keptName }, index) => (
        <div key={key} className={styles.headerRow}>
          <TextInput
            label={messages.name}
            name={`input.headers.${index}.name`}
            value={name}
            onChange={text => change(index, { name: text })}
            placeholder={messages.headerNameExample}
            spellCheck="false"
            autoComplete="off"
            problem={problems[`input.headers.${index}.name`] ?? null}
          />
          <TextInput
            label={messages.headerValueLabel}
            name={`input.headers.${index}.value`}
            type={secret ? 'password' : 'text'}
            value={value}
            onChange={text => change(index, { value: text })}
            placeholder={keptName === null ? '' : messages.secretHeaderPlaceholder}
            spellCheck="false"
            autoComplete="off"
            problem={problems[`input.headers.${index}.value`] ?? problems[`input.headers.${index}.keepValue`] ?? null}
          />
          <CheckBox
            label={messages.secret}
            isChecked={secret}
            isDisabled={keptName !== null && value === ''}
            onChange={isSecret => change(index, { secret: isSecret })}
          />
          <Button
            tone="quiet"
            icon="trash"
            label={messages.removeHeader(name || messages.thisHeader)}
            onPress={() => onChange(headers.filter((_, place) => place !== index))}
          />
        </div>
      ))}
      {problems['input.headers'] && <p className={fieldStyles.problem}>{problems['input.headers']}</p>}
      <div>
        <Button icon="plus" onPress={add}>
          {messages.addHeader}
        </Button>
      </div>
      <p className={fieldStyles.hint}>{messages.headersAbout}</p>
    </fieldset>
  );
}
