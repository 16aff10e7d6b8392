import { useEffect, useState } from 'react';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';

/** Loading that takes longer is explained. */
const slowMs = 5_000;

/** Stands where a screen will be; while its script does not load, says that loading is retried. */
export function ScreenLoading() {
  const [isSlow, setIsSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsSlow(true), slowMs);
    return () => clearTimeout(timer);
  }, []);
  if (!isSlow) return <div className="screen-loading" role="status" aria-label="Loading" />;
  return (
    <Notice
      isPage
      icon="alert"
      title="Couldn't load this page"
      actions={<Button onPress={() => location.reload()}>Reload</Button>}
    >
      A part of the dashboard hasn't arrived yet. Retrying automatically.
    </Notice>
  );
}
