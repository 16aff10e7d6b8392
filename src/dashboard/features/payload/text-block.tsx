import { useMemo, useState } from 'react';
import { ToggleButton } from 'react-aria-components';
import { CopyButton } from '../../components/copy-button.tsx';
import { indentJson } from './indent-json.ts';

export interface TextBlockProps {
  readonly label: string;
  /** Null: none was stored. */
  readonly text: string | null;
}

/** A text from elsewhere: as text, never as markup. JSON is indented, and shown raw on demand. */
export function TextBlock({ label, text }: TextBlockProps) {
  const [isRaw, setIsRaw] = useState(false);
  const pretty = useMemo(() => (text === null ? null : indentJson(text)), [text]);
  if (text === null || text === '')
    return <p className="muted">{text === null ? 'Body not stored.' : 'Empty body.'}</p>;
  return (
    <div className="text-block">
      <div className="text-block-head">
        <h3>{label}</h3>
        {pretty !== null && (
          <ToggleButton className="button button-quiet" isSelected={isRaw} onChange={setIsRaw}>
            Raw
          </ToggleButton>
        )}
        <CopyButton what={label.toLowerCase()} text={text} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach it. */}
      <pre tabIndex={0}>{isRaw || pretty === null ? text : pretty}</pre>
    </div>
  );
}
