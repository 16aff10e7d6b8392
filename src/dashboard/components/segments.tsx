import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';

export interface SegmentsProps<Id extends string> {
  /** What is chosen, for screen readers. */
  readonly label: string;
  readonly options: readonly { readonly id: Id; readonly label: string }[];
  /** Null: none of them. */
  readonly value: Id | null;
  readonly onChange: (id: Id) => void;
}

/** A few choices side by side, of which one holds. */
export function Segments<Id extends string>({ label, options, value, onChange }: SegmentsProps<Id>) {
  return (
    <ToggleButtonGroup
      className="segments"
      aria-label={label}
      disallowEmptySelection
      selectedKeys={value === null ? [] : [value]}
      onSelectionChange={keys => {
        const [id] = keys as Set<Id>;
        if (id !== undefined) onChange(id);
      }}
    >
      {options.map(option => (
        <ToggleButton key={option.id} id={option.id} className="segment">
          {option.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
