import { useEffect, useState } from 'react';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { messages } from './messages.ts';

/** After this time the placeholder explains that loading is retried. */
const slowMs = 5_000;

/** A placeholder while the script of a screen is loading. */
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
      {messages.loadingScriptHint}
    </Notice>
  );
}
