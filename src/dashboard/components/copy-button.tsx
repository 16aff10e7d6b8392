import { useEffect, useState } from 'react';
import { Button } from './button.tsx';
import { messages } from './messages.ts';
import { notify } from './toasts.tsx';

const thanksMs = 1_500;

export interface CopyButtonProps {
  /** The name of the copied value, such as `delivery ID`. The tooltip shows it. */
  readonly what: string;
  readonly text: string | (() => string);
  /** Text beside the icon. Default: none. */
  readonly children?: string;
}

/** Copies a text to the clipboard and confirms it. */
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
      label={copied ? messages.copied : messages.copyWhat(what)}
      onPress={async () => setCopied(await copyText(typeof text === 'string' ? text : text(), what))}
    >
      {children}
    </Button>
  );
}

/** Copies a text to the clipboard. If the browser refuses, a toast says so. @returns false if the browser refused. */
export async function copyText(text: string, what: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    notify('error', messages.couldntCopy(what));
    return false;
  }
}
