import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { useApi } from '../api/api-context.tsx';
import { useIsOnline } from '../api/use-is-online.ts';
import { useViewer } from '../api/viewer.ts';
import { Button } from '../components/button.tsx';
import { classNames } from '../components/class-names.ts';
import { fill } from '../components/fill.tsx';
import { actFor, type Session, signOut } from '../session/session.ts';
import { useStore } from '../store.ts';
import { useTimeText } from '../time/clock.ts';
import { formatDuration } from '../time/format-time.ts';
import styles from './banners.module.css';
import { messages } from './messages.ts';
import { usePortalRenewal } from './use-portal-renewal.ts';

/** Connection losses that are shorter than this are not shown. */
const reportAfterMs = 3_000;
const expiryNoticeMs = 10 * 60_000;

/** Banners above every screen: a lost connection, a session that ends soon, and the tenant that the root key views. */
export function Banners({ session }: { readonly session: Session }) {
  const { expiresAt, problem } = useViewer();
  const continues = usePortalRenewal(expiresAt);
  return (
    <>
      <ConnectionBanner />
      {problem !== null && (
        <div role="status" className={classNames(styles.banner, styles.warning)}>
          {messages.permissionsNotLoaded(problem)}
        </div>
      )}
      {expiresAt !== null && <ExpiryBanner atMs={Date.parse(expiresAt)} isHidden={continues} />}
      {session.tenantId !== null && <TenantBanner />}
    </>
  );
}

function ConnectionBanner() {
  const isCut = useStore(useApi().connection) === 'cut';
  const isOnline = useIsOnline();
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    if (!isCut) return setIsLong(false);
    const timer = setTimeout(() => setIsLong(true), reportAfterMs);
    return () => clearTimeout(timer);
  }, [isCut]);
  const text = isOnline ? (isLong ? messages.cantReachTheServer : null) : messages.youreOffline;
  return (
    <div role="status" className={text === null ? undefined : classNames(styles.banner, styles.warning)}>
      {text && messages.mayBeOutOfDate(text)}
    </div>
  );
}

function ExpiryBanner({ atMs, isHidden }: { readonly atMs: number; readonly isHidden: boolean }) {
  const text = useTimeText(nowMs => {
    const leftMs = atMs - nowMs;
    return leftMs > expiryNoticeMs ? '' : formatDuration(Math.max(1_000, Math.ceil(leftMs / 1_000) * 1_000));
  });
  const isOver = useTimeText(nowMs => String(nowMs >= atMs)) === 'true';
  useEffect(() => {
    if (isOver) signOut(messages.sessionExpired);
  }, [isOver]);
  if (text === '' || isHidden) return null;
  return <div className={classNames(styles.banner, styles.warning)}>{messages.sessionEndsIn(text)}</div>;
}

function TenantBanner() {
  const { tenantName } = useViewer();
  return (
    <div className={classNames(styles.banner, styles.tenant)}>
      <span className="truncate" title={tenantName ?? ''}>
        {fill(messages.viewingTenant, { name: <strong>{tenantName ?? '…'}</strong> })}
      </span>
      <Link href="/tenants">{messages.allTenants}</Link>
      <Button tone="quiet" onPress={() => actFor(null)}>
        {messages.exit}
      </Button>
    </div>
  );
}
