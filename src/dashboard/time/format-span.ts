/** A span of time to the minute: `22 Nov 02:00–04:00 UTC`, `since 22 Nov 02:00 UTC`, `before 22 Nov 04:00 UTC`; '' for ever. */
export function formatSpan(from: string | null | undefined, to: string | null | undefined): string {
  if (from && to) return `${formatMinute(from)}–${formatMinute(to, from)} UTC`;
  if (from) return `since ${formatMinute(from)} UTC`;
  return to ? `before ${formatMinute(to)} UTC` : '';
}

/** `22 Nov 02:00`, without the day where it is that of `than`. */
function formatMinute(at: string, than?: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return at;
  const time = date.toISOString().slice(11, 16);
  const day = dayOf(date);
  return than && dayOf(new Date(than)) === day ? time : `${day} ${time}`;
}

function dayOf(date: Date): string {
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
}
