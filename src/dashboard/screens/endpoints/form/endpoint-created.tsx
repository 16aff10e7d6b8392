import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { Button } from '../../../components/button.tsx';
import { classNames } from '../../../components/class-names.ts';
import { Icon } from '../../../components/icons.tsx';
import { OneTimeSecret } from '../../../components/one-time-secret.tsx';
import type { KnownEndpoint } from '../documents.ts';
import styles from '../endpoints.module.css';
import { messages } from '../messages.ts';
import { TestEventDialog } from '../test-event-dialog.tsx';
import { VerifyHelp } from '../verify-help.tsx';

export interface EndpointCreatedProps {
  readonly endpoint: KnownEndpoint;
  /** The signing secret, `whsec_...`. */
  readonly secret: string;
}

/** Shown after an endpoint was created: its secret, how to verify signatures, and a test event. */
export function EndpointCreated({ endpoint, secret }: EndpointCreatedProps) {
  const [, navigate] = useLocation();
  const [isTesting, setIsTesting] = useState(false);
  return (
    <div className={classNames(styles.narrow, styles.stack)}>
      <Link href="/endpoints" className={classNames(styles.back)}>
        <Icon name="chevronLeft" /> {messages.endpoints}
      </Link>
      <h1 className={styles.break}>{messages.wasCreated(endpoint.name)}</h1>
      <section className={styles.card} aria-label={messages.signingSecret}>
        <h2>{messages.signingSecret}</h2>
        <OneTimeSecret what={messages.signingSecretToCopy} secret={secret}>
          {messages.newSecretHint}
        </OneTimeSecret>
      </section>
      <section className={styles.card} aria-label={messages.verifySignatures}>
        <h2>{messages.verifySignatures}</h2>
        <VerifyHelp />
      </section>
      <div className={styles.formActions}>
        <Button onPress={() => navigate(`/endpoints/${endpoint.id}`)}>{messages.goToEndpoint}</Button>
        <Button tone="primary" icon="send" onPress={() => setIsTesting(true)}>
          {messages.sendTestEvent}
        </Button>
      </div>
      <TestEventDialog endpoint={isTesting ? endpoint : null} onClose={() => setIsTesting(false)} />
    </div>
  );
}
