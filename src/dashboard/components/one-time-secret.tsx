import { Banner } from './banner.tsx';
import { CopyButton } from './copy-button.tsx';
import { messages } from './messages.ts';
import styles from './one-time-secret.module.css';

export interface OneTimeSecretProps {
  /** The name of the secret, such as `API key`. */
  readonly what: string;
  readonly secret: string;
  /** Explains what to do with the secret and whether it can be shown again. */
  readonly children: string;
}

/** Shows a newly created secret in full, with a button that copies it. */
export function OneTimeSecret({ what, secret, children }: OneTimeSecretProps) {
  return (
    <>
      <Banner tone="warning">{children}</Banner>
      <div className={styles.secret}>
        <code>{secret}</code>
        <CopyButton what={what} text={secret}>
          {messages.copy}
        </CopyButton>
      </div>
    </>
  );
}
