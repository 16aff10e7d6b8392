import { useEffect, useState } from 'react';
import { Button } from './button.tsx';
import { notify } from './toasts.tsx';

const thanksMs = 1_500;

export interface CopyButtonProps {
  /** What is copied, such as `delivery id`: said by the tooltip. */
  readonly what: string;
  readonly text: string | (() => string);
  /** A word beside the icon. Default: the icon alone. */
  readonly children?: string;
}

/** Copies a text, and says so. */
export function CopyButton({ what, text, children }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), thanksMs);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Button
      tone="quiet"
      icon={copied ? 'check' : 'copy'}
      label={copied ? 'Copied' : `Copy ${what}`}
      onPress={async () => setCopied(await copyText(typeof text === 'string' ? text : text(), what))}
    >
      {children}
    </Button>
  );
}

/** @returns whether it worked; where not, a toast has said so. */
export async function copyText(text: string, what: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    notify('error', `The browser did not let us copy the ${what}. Over plain HTTP it allows that on localhost alone.`);
    return false;
  }
}
