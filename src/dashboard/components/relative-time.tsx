import { useTimeText } from '../time/clock.ts';
import { formatRelative, formatUtc } from '../time/format-time.ts';

/** A time as `5m ago` or `in 20s`, kept current; the exact UTC stands in its title. */
export function RelativeTime({ at }: { readonly at: string }) {
  const atMs = Date.parse(at);
  const text = useTimeText(nowMs => formatRelative(atMs, nowMs));
  return (
    <time dateTime={at} title={formatUtc(at)}>
      {text}
    </time>
  );
}
