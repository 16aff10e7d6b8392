import { Button } from './button.tsx';

interface PagerProps {
  /** Of the page that is shown. */
  readonly pageInfo: {
    readonly hasPreviousPage: boolean;
    readonly hasNextPage: boolean;
    readonly startCursor?: string | null;
    readonly endCursor?: string | null;
  };
  readonly onChange: (to: { readonly before: string } | { readonly after: string }) => void;
}

/** Leads to the pages before and behind this one, newest first; nothing where this is the only one. */
export function Pager({ pageInfo, onChange }: PagerProps) {
  const { hasPreviousPage, hasNextPage, startCursor, endCursor } = pageInfo;
  if (!hasPreviousPage && !hasNextPage) return null;
  return (
    <nav className="pager" aria-label="Pages">
      <Button isDisabled={!hasPreviousPage} onPress={() => onChange({ before: startCursor ?? '' })}>
        Newer
      </Button>
      <Button isDisabled={!hasNextPage} onPress={() => onChange({ after: endCursor ?? '' })}>
        Older
      </Button>
    </nav>
  );
}
