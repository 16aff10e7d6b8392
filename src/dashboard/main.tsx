import './styles/tokens.css';
import './styles/base.css';
import './styles/components.css';
import './styles/forms.css';
import './styles/overlays.css';
import './styles/shell.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { ScreenBoundary } from './shell/screen-boundary.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
/** Behind the first frame, which shows what the page itself holds: nobody waits for a blank one. */
const afterFrame = (run: () => void) => (document.hidden ? run() : requestAnimationFrame(() => setTimeout(run)));

afterFrame(() =>
  createRoot(root).render(
    <StrictMode>
      <ScreenBoundary>
        <App />
      </ScreenBoundary>
    </StrictMode>,
  ),
);
