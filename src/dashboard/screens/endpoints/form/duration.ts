const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Parses a duration such as `500ms`, `10s`, `5m`, `2h`, `1h 30m` or `3d` to milliseconds. A number without a unit means
 * seconds. Null if it is invalid.
 */
export function parseDuration(text: string): number | null {
  const plain = text.trim().toLowerCase();
  if (/^\d+(\.\d+)?$/.test(plain)) return Math.round(Number(plain) * 1_000);
  if (!/^(\d+(\.\d+)?\s*(ms|s|m|h|d)\s*)+$/.test(plain)) return null;
  let totalMs = 0;
  for (const [, count, unit = 's'] of plain.matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)/g)) {
    totalMs += Number(count) * (unitMs[unit] ?? 0);
  }
  return Math.round(totalMs);
}

/** Formats a duration exactly, in a form that `parseDuration` accepts: `1h 30m`, `0s`. */
export function writeDuration(spanMs: number): string {
  let leftMs = spanMs;
  const parts: string[] = [];
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const count = Math.floor(leftMs / (unitMs[unit] ?? 1));
    leftMs -= count * (unitMs[unit] ?? 1);
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.join(' ') || '0s';
}
