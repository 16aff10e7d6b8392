import { pageSettings } from '../../page-settings.ts';

/**
 * Returns the token that the `sandbox` attribute of the frame lacks for this page to work. Null if none is missing, or
 * if the page is not in a frame.
 */
export function findMissingSandboxToken(): 'allow-forms' | 'allow-same-origin' | null {
  if (self === top) return null;
  if (!canSubmitForms()) return 'allow-forms';
  return self.origin === 'null' && !pageSettings.acceptsSandbox ? 'allow-same-origin' : null;
}

/** Whether forms can be submitted. Without `allow-forms`, the browser ignores the submit buttons of a form. */
function canSubmitForms(): boolean {
  const form = document.createElement('form');
  let isSubmitted = false;
  form.addEventListener('submit', event => {
    event.preventDefault();
    isSubmitted = true;
  });
  document.body.append(form);
  form.requestSubmit();
  form.remove();
  return isSubmitted;
}
