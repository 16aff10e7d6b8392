import './styles/tokens.css';
import './styles/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { ScreenBoundary } from './shell/screen-boundary.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
/** Runs after the first frame, so that the static frame of index.html is painted before the scripts take over. */
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
