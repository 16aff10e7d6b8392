import { Button } from './button.tsx';
import { messages } from './messages.ts';
import styles from './pager.module.css';

interface PagerProps {
  /** The page info of the displayed page. */
  readonly pageInfo: {
    readonly hasPreviousPage: boolean;
    readonly hasNextPage: boolean;
    readonly startCursor?: string | null;
    readonly endCursor?: string | null;
  };
  readonly onChange: (to: { readonly before: string } | { readonly after: string }) => void;
}

/** Buttons for newer and older pages. Renders nothing if there is only one page. */
export function Pager({ pageInfo, onChange }: PagerProps) {
  const { hasPreviousPage, hasNextPage, startCursor, endCursor } = pageInfo;
  if (!hasPreviousPage && !hasNextPage) return null;
  return (
    <nav className={styles.pager} aria-label={messages.pages}>
      <Button isDisabled={!hasPreviousPage} onPress={() => onChange({ before: startCursor ?? '' })}>
        {messages.newer}
      </Button>
      <Button isDisabled={!hasNextPage} onPress={() => onChange({ after: endCursor ?? '' })}>
        {messages.older}
      </Button>
    </nav>
  );
}
