import { useState } from 'react';
import { Banner } from '../../components/banner.tsx';
import { BrandLogo } from '../../components/brand.tsx';
import { Button } from '../../components/button.tsx';
import { classNames } from '../../components/class-names.ts';
import { TextInput } from '../../components/text-input.tsx';
import { pageSettings } from '../../page-settings.ts';
import { isPortalTab, setSession, signOutReason } from '../../session/session.ts';
import { useStore } from '../../store.ts';
import { checkKey } from './check-key.ts';
import { messages } from './messages.ts';
import { PortalEnded } from './portal-ended.tsx';
import styles from './sign-in.module.css';

/** The sign-in page. It checks an API key with the server before it stores it. */
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
    <main className={styles.screen}>
      <form
        className={classNames(styles.card)}
        onSubmit={event => {
          event.preventDefault();
          void submit();
        }}
      >
        <BrandLogo size={40} />
        <h1>{pageSettings.brand.name}</h1>
        <p className="muted">{messages.tagline}</p>
        {reason !== null && (
          <Banner tone="warning" role="alert">
            {reason}
          </Banner>
        )}
        <TextInput
          label={messages.apiKey}
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
          hint={messages.rootKeyHint}
        />
        <Button tone="primary" type="submit" isPending={isChecking} isDisabled={key.trim() === ''}>
          {isChecking ? messages.signingIn : messages.signIn}
        </Button>
      </form>
    </main>
  );
}
