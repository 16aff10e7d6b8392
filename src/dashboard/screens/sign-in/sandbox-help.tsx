import { Notice } from '../../components/notice.tsx';

/** What is shown in a sandboxed frame whose requests the server does not accept. */
export function SandboxHelp() {
  return (
    <main className="sign-in">
      <Notice isPage tone="error" icon="alert" title="This frame needs allow-same-origin">
        The page around this frame must use sandbox="allow-scripts allow-forms allow-same-origin". The server accepts
        requests from certain origins only (CORS_ORIGINS), and a frame without allow-same-origin has none.
      </Notice>
    </main>
  );
}
