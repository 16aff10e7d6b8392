import { useMemo, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { indentJson } from './indent-json.ts';
import { messages } from './messages.ts';
import styles from './text-block.module.css';

export interface TextBlockProps {
  readonly label: string;
  /** The text to show. Null if no text was stored. */
  readonly text: string | null;
}

/** Shows an untrusted text as text, never as markup. JSON is indented, with a button that shows the original text. */
export function TextBlock({ label, text }: TextBlockProps) {
  const [isRaw, setIsRaw] = useState(false);
  const pretty = useMemo(() => (text === null ? null : indentJson(text)), [text]);
  if (text === null || text === '')
    return <p className="muted">{text === null ? messages.bodyNotStored : messages.emptyBody}</p>;
  return (
    <div className={styles.block}>
      <div className={styles.head}>
        <h3>{label}</h3>
        {pretty !== null && (
          <Button tone="quiet" aria-pressed={isRaw} onPress={() => setIsRaw(!isRaw)}>
            {messages.raw}
          </Button>
        )}
        <CopyButton what={label.toLowerCase()} text={text} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach it. */}
      <pre tabIndex={0}>{isRaw || pretty === null ? text : pretty}</pre>
    </div>
  );
}
