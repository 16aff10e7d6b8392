import { Badge } from '../../components/badge.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { useTimeText } from '../../time/clock.ts';

interface KeyStateProps {
  /** An API key or a portal token. */
  readonly apiKey: { readonly expiresAt: string | null; readonly revokedAt: string | null };
}

/** Whether a key is still taken, and until when. */
export function KeyState({ apiKey: { expiresAt, revokedAt } }: KeyStateProps) {
  const hasExpired = useTimeText(nowMs => String(expiresAt !== null && Date.parse(expiresAt) <= nowMs)) === 'true';
  if (revokedAt !== null) {
    return (
      <>
        <Badge tone="danger">Revoked</Badge> <RelativeTime at={revokedAt} />
      </>
    );
  }
  if (expiresAt === null) return <Badge tone="success">Active</Badge>;
  return (
    <>
      <Badge tone={hasExpired ? 'neutral' : 'success'}>{hasExpired ? 'Expired' : 'Expires'}</Badge>{' '}
      <RelativeTime at={expiresAt} />
    </>
  );
}
