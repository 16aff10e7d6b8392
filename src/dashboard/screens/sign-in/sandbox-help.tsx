import { Notice } from '../../components/notice.tsx';
import { messages } from './messages.ts';
import styles from './sign-in.module.css';

/** Shown in a sandboxed frame whose `sandbox` attribute lacks a token that this page needs. */
export function SandboxHelp({ missing }: { readonly missing: 'allow-forms' | 'allow-same-origin' }) {
  return (
    <main className={styles.screen}>
      <Notice isPage tone="error" icon="alert" title={messages.frameNeeds(missing)}>
        {missing === 'allow-forms' ? messages.frameNeedsFormsHelp : messages.frameNeedsSameOriginHelp}
      </Notice>
    </main>
  );
}
