import { type KeyboardEvent, useEffect, useState } from 'react';
import { classNames } from './class-names.ts';
import fieldStyles from './field.module.css';
import { Icon } from './icons.tsx';
import { messages } from './messages.ts';
import styles from './search-input.module.css';

const pauseMs = 250;

export interface SearchInputProps {
  /** The id of the input element, which a keyboard shortcut focuses. */
  readonly id: string;
  readonly placeholder: string;
  readonly value: string;
  /** The maximum number of characters. Undefined until the settings of the server are loaded. */
  readonly maxLength: number | undefined;
  readonly onChange: (value: string) => void;
  /** Whether the field has the full width of its container and shows no keyboard shortcut. Default: false. */
  readonly isFullWidth?: boolean;
}

/**
 * A search field. It calls `onChange` 250 ms after the last keystroke, because the search text is part of the page URL.
 */
export function SearchInput({ id, placeholder, value, maxLength, onChange, isFullWidth = false }: SearchInputProps) {
  const [text, setText] = useState(value);
  // Keeps spaces that the user is typing, although the searched text is trimmed.
  useEffect(() => setText(typed => (typed.trim() === value ? typed : value)), [value]);
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => onChange(text.trim()), pauseMs);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  const clearOnEscape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || text === '') return;
    event.preventDefault();
    event.stopPropagation();
    setText('');
  };
  return (
    <div className={classNames(styles.search, isFullWidth && styles.isFullWidth)}>
      <Icon name="search" />
      <input
        className={fieldStyles.input}
        id={id}
        type="search"
        aria-label={messages.search}
        placeholder={placeholder}
        value={text}
        maxLength={maxLength}
        onChange={event => setText(event.target.value)}
        onKeyDown={clearOnEscape}
      />
      {!isFullWidth && <kbd>/</kbd>}
    </div>
  );
}
