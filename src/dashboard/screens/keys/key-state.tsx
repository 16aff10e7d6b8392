import { Badge } from '../../components/badge.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { useTimeText } from '../../time/clock.ts';
import { messages } from './messages.ts';

interface KeyStateProps {
  /** An API key or a portal token. */
  readonly apiKey: { readonly expiresAt: string | null; readonly revokedAt: string | null };
}

/** Whether a key or token is active, and when it expires. */
export function KeyState({ apiKey: { expiresAt, revokedAt } }: KeyStateProps) {
  const hasExpired = useTimeText(nowMs => String(expiresAt !== null && Date.parse(expiresAt) <= nowMs)) === 'true';
  if (revokedAt !== null) {
    return (
      <>
        <Badge tone="danger">{messages.revoked}</Badge> <RelativeTime at={revokedAt} absolute="inline" />
      </>
    );
  }
  if (expiresAt === null) return <Badge tone="success">{messages.active}</Badge>;
  return (
    <>
      <Badge tone={hasExpired ? 'neutral' : 'success'}>{hasExpired ? messages.expired : messages.expires}</Badge>{' '}
      <RelativeTime at={expiresAt} absolute="inline" />
    </>
  );
}
