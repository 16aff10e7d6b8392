import { useState } from 'react';
import { Form } from 'react-aria-components';
import { BrandLogo } from '../../components/brand.tsx';
import { Button } from '../../components/button.tsx';
import { TextInput } from '../../components/text-input.tsx';
import { pageSettings } from '../../page-settings.ts';
import { isPortalTab, setSession, signOutReason } from '../../session/session.ts';
import { useStore } from '../../store.ts';
import { checkKey } from './check-key.ts';
import { PortalEnded } from './portal-ended.tsx';

/** Asks for an API key and checks it with the server before it is kept. */
export function SignIn() {
  const reason = useStore(signOutReason);
  const isPortal = useStore(isPortalTab);
  const [key, setKey] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [isChecking, setIsChecking] = useState(false);
  const submit = async () => {
    const bearer = key.trim();
    setIsChecking(true);
    const refusal = await checkKey(bearer);
    setIsChecking(false);
    setProblem(refusal);
    if (refusal !== null) return;
    signOutReason.set(null);
    setSession({ bearer, kind: 'key', tenantId: null });
  };
  if (isPortal) return <PortalEnded />;
  return (
    <main className="sign-in">
      <Form
        className="sign-in-card"
        onSubmit={event => {
          event.preventDefault();
          void submit();
        }}
      >
        <BrandLogo size={40} />
        <h1>{pageSettings.brand.name}</h1>
        <p className="muted">Every webhook delivery, live.</p>
        {reason !== null && (
          <p className="banner banner-warning" role="alert">
            {reason}
          </p>
        )}
        <TextInput
          label="API key"
          type="password"
          autoComplete="off"
          autoFocus
          isRequired
          value={key}
          onChange={value => {
            setKey(value);
            setProblem(null);
          }}
          problem={problem}
          hint="Find the root key in the server's output or in .data/root-api-key. It's kept for this tab only."
        />
        <Button tone="primary" type="submit" isPending={isChecking} isDisabled={key.trim() === ''}>
          {isChecking ? 'Signing in…' : 'Sign in'}
        </Button>
      </Form>
    </main>
  );
}
