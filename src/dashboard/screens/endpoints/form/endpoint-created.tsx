import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { Button } from '../../../components/button.tsx';
import { Icon } from '../../../components/icons.tsx';
import { OneTimeSecret } from '../../../components/one-time-secret.tsx';
import type { KnownEndpoint } from '../documents.ts';
import { TestEventDialog } from '../test-event-dialog.tsx';
import { VerifyHelp } from '../verify-help.tsx';

export interface EndpointCreatedProps {
  readonly endpoint: KnownEndpoint;
  /** `whsec_...`. */
  readonly secret: string;
}

/** What follows after an endpoint was made: its secret, how to use it, and a test. */
export function EndpointCreated({ endpoint, secret }: EndpointCreatedProps) {
  const [, navigate] = useLocation();
  const [isTesting, setIsTesting] = useState(false);
  return (
    <div className="endpoint-narrow endpoint-stack">
      <Link href="/endpoints" className="endpoint-back">
        <Icon name="chevronLeft" /> Endpoints
      </Link>
      <h1 className="endpoint-break">{endpoint.name} was created</h1>
      <section className="endpoint-card" aria-label="Signing secret">
        <h2>Signing secret</h2>
        <OneTimeSecret what="signing secret" secret={secret}>
          Use this secret to verify requests, and store it safely. You can reveal it later; each reveal is audited.
        </OneTimeSecret>
      </section>
      <section className="endpoint-card" aria-label="Verify signatures">
        <h2>Verify signatures</h2>
        <VerifyHelp />
      </section>
      <div className="endpoint-form-actions">
        <Button onPress={() => navigate(`/endpoints/${endpoint.id}`)}>Go to endpoint</Button>
        <Button tone="primary" icon="send" onPress={() => setIsTesting(true)}>
          Send test event
        </Button>
      </div>
      <TestEventDialog endpoint={isTesting ? endpoint : null} onClose={() => setIsTesting(false)} />
    </div>
  );
}
