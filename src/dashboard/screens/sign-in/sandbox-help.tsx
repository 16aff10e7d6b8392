import { Notice } from '../../components/notice.tsx';
import { messages } from './messages.ts';
import styles from './sign-in.module.css';

/** Shown in a sandboxed frame whose requests the server does not accept. */
export function SandboxHelp() {
  return (
    <main className={styles.screen}>
      <Notice isPage tone="error" icon="alert" title={messages.frameNeedsSameOrigin}>
        {messages.frameHelp}
      </Notice>
    </main>
  );
}
