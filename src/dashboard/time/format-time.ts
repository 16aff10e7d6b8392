const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** How long ago, or in how long: `now`, `12s ago`, `5m ago`, `in 2h 10m`, `3d ago`. */
export function formatRelative(atMs: number, nowMs: number): string {
  const distanceMs = atMs - nowMs;
  if (Math.abs(distanceMs) < 1_000) return 'now';
  return distanceMs > 0 ? `in ${formatCoarse(distanceMs, 2)}` : `${formatCoarse(-distanceMs, 1)} ago`;
}

/** The `parts` largest units of a span: `2h 10m`. */
export function formatCoarse(spanMs: number, parts: 1 | 2): string {
  const first = units.findIndex(([, unitMs]) => spanMs >= unitMs);
  if (first < 0) return '0s';
  let leftMs = spanMs;
  const texts: string[] = [];
  for (const [unit, unitMs] of units.slice(first, first + parts)) {
    const count = Math.floor(leftMs / unitMs);
    leftMs -= count * unitMs;
    if (count > 0) texts.push(`${count}${unit}`);
  }
  return texts.join(' ');
}

/** `840 ms`, `1.24 s`, `12.4 s`, `5m 3s`. */
export function formatDuration(spanMs: number): string {
  if (spanMs < 1_000) return `${Math.round(spanMs)} ms`;
  if (spanMs < 60_000) return `${(spanMs / 1_000).toFixed(spanMs < 10_000 ? 2 : 1)} s`;
  return formatCoarse(spanMs, 2);
}

/** `2026-11-22 01:20:05.123 UTC`. */
export function formatUtc(at: string): string {
  return `${new Date(at).toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}

/** `2026-11-22 01:20`, in UTC. */
export function formatUtcMinute(at: string): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}
