import { Badge } from '../../../components/badge.tsx';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { useTimeText } from '../../../time/clock.ts';
import type { ListedKey } from './keys-documents.ts';

/** Whether a key is still taken, and until when. */
export function KeyState({ apiKey: { expiresAt, revokedAt } }: { readonly apiKey: ListedKey }) {
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
