import { ApiProvider } from './api/api-context.tsx';
import { session } from './session/session.ts';
import { SignIn } from './session/sign-in.tsx';
import { Shell } from './shell/shell.tsx';
import { useStore } from './store.ts';

/** The dashboard: a sign-in, or the shell with its screens. */
export function App() {
  const current = useStore(session);
  if (!current) return <SignIn />;
  return (
    <ApiProvider key={`${current.bearer} ${current.tenantId}`} session={current}>
      <Shell session={current} />
    </ApiProvider>
  );
}
