import './styles/tokens.css';
import './styles/base.css';
import { StrictMode, startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { ScreenBoundary } from './shell/screen-boundary.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
/**
 * Runs a function after the first frame, so that the browser paints the static HTML of index.html before the scripts
 * run.
 */
const afterFrame = (run: () => void) => (document.hidden ? run() : requestAnimationFrame(() => setTimeout(run)));

// React renders a transition in slices of a few milliseconds, between which the browser can handle input.
afterFrame(() =>
  startTransition(() =>
    createRoot(root).render(
      <StrictMode>
        <ScreenBoundary>
          <App />
        </ScreenBoundary>
      </StrictMode>,
    ),
  ),
);
