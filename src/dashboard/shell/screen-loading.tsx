import { useEffect, useState } from 'react';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { messages } from './messages.ts';

/** Loading that takes longer is explained. */
const slowMs = 5_000;

/** Stands where a screen will be; while its script does not load, says that loading is retried. */
export function ScreenLoading() {
  const [isSlow, setIsSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsSlow(true), slowMs);
    return () => clearTimeout(timer);
  }, []);
  if (!isSlow) return <div role="status" aria-label={messages.loading} />;
  return (
    <Notice
      isPage
      icon="alert"
      title={messages.couldntLoadThisPage}
      actions={<Button onPress={() => location.reload()}>{messages.reload}</Button>}
    >
      {messages.aPartOfTheDashboard}
    </Notice>
  );
}
