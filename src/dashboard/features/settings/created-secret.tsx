import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { OneTimeSecret, type OneTimeSecretProps } from '../../components/one-time-secret.tsx';
import { messages } from './messages.ts';
import styles from './settings.module.css';

export interface CreatedSecretProps extends Omit<OneTimeSecretProps, 'children'> {
  /** Says what to do with the secret and whether it can be shown again. */
  readonly advice: string;
  readonly onClose: () => void;
  /** Shown below the secret. */
  readonly children?: ReactNode;
}

/** The last step of a dialog that creates a secret: shows the secret once. */
export function CreatedSecret({ advice, onClose, children, ...secret }: CreatedSecretProps) {
  return (
    <>
      <OneTimeSecret {...secret}>{advice}</OneTimeSecret>
      {children}
      <div className={styles.formActions}>
        <Button tone="primary" onPress={onClose}>
          {messages.done}
        </Button>
      </div>
    </>
  );
}
