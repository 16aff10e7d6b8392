import { messages } from './messages.ts';
import { TextBlock } from './text-block.tsx';

/** Shows the payload of an event. `text` is the payload as it is stored, or null if retention has removed it. */
export function PayloadView({ text }: { readonly text: string | null }) {
  if (text === null) return <p className="muted">{messages.payloadRemoved}</p>;
  return <TextBlock label={messages.payload} text={text} />;
}
