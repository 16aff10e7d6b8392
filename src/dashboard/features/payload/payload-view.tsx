import { messages } from './messages.ts';
import { TextBlock } from './text-block.tsx';

/** The payload exactly as it was published. Null if retention has removed it. */
export function PayloadView({ text }: { readonly text: string | null }) {
  if (text === null) return <p className="muted">{messages.payloadRemoved}</p>;
  return <TextBlock label={messages.payload} text={text} />;
}
