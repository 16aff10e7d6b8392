import { TextBlock } from './text-block.tsx';

/** The payload exactly as it was published; null once retention has dropped it. */
export function PayloadView({ text }: { readonly text: string | null }) {
  if (text === null) return <p className="muted">This payload was removed by retention.</p>;
  return <TextBlock label="Payload" text={text} />;
}
