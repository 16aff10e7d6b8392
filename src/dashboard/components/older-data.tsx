import { Banner } from './banner.tsx';
import { messages } from './messages.ts';

export interface OlderDataProps {
  /** Why the latest request failed. Null if it succeeded. */
  readonly problem: string | null;
}

/** Says that the content below is from an earlier response, because the latest request failed. Renders nothing else. */
export function OlderData({ problem }: OlderDataProps) {
  if (problem === null) return null;
  return (
    <Banner tone="warning" role="status">
      {messages.showingOlderData(problem)}
    </Banner>
  );
}
