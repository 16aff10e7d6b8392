import { useEffect, useState } from 'react';
import { Input, SearchField } from 'react-aria-components';
import { Icon } from './icons.tsx';

const pauseMs = 250;

export interface SearchInputProps {
  /** By which a shortcut finds it. */
  readonly id: string;
  readonly placeholder: string;
  readonly value: string;
  /** In characters. Undefined until the settings of the server are read. */
  readonly maxLength: number | undefined;
  readonly onChange: (value: string) => void;
}

/** Follows what is typed after a pause of 250 ms: what it changes, such as the address, does not change with each key. */
export function SearchInput({ id, placeholder, value, maxLength, onChange }: SearchInputProps) {
  const [text, setText] = useState(value);
  // Spaces stay as they are typed: only the trimmed text is searched for.
  useEffect(() => setText(typed => (typed.trim() === value ? typed : value)), [value]);
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => onChange(text.trim()), pauseMs);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <SearchField
      className="search-field"
      aria-label="Search"
      value={text}
      onChange={setText}
      {...(maxLength !== undefined && { maxLength })}
    >
      <Icon name="search" />
      <Input className="input" id={id} placeholder={placeholder} />
      <kbd>/</kbd>
    </SearchField>
  );
}
