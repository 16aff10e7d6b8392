import { Router } from 'wouter';
import { ApiProvider } from './api/api-context.tsx';
import { basePath } from './base-path.ts';
import { findMissingSandboxToken } from './screens/sign-in/find-missing-sandbox-token.ts';
import { SandboxHelp } from './screens/sign-in/sandbox-help.tsx';
import { SignIn } from './screens/sign-in/sign-in.tsx';
import { SwitchSession } from './screens/sign-in/switch-session.tsx';
import { isExchangingLink, pendingSession, session, sessionCount } from './session/session.ts';
import { Shell } from './shell/shell.tsx';
import { useStore } from './store.ts';

const missingSandboxToken = findMissingSandboxToken();

/** The root component: shows the sign-in page, or the shell with its screens. */
export function App() {
  const current = useStore(session);
  const pending = useStore(pendingSession);
  const count = useStore(sessionCount);
  const isExchanging = useStore(isExchangingLink);
  if (missingSandboxToken) return <SandboxHelp missing={missingSandboxToken} />;
  if (pending) return <SwitchSession />;
  if (isExchanging) return null;
  if (!current) return <SignIn />;
  return (
    <ApiProvider key={count} session={current}>
      <Router base={basePath.slice(0, -1)}>
        <Shell session={current} />
      </Router>
    </ApiProvider>
  );
}
