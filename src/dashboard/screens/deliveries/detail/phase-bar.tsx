import { formatDuration } from '../../../time/format-time.ts';
import type { DetailAttempt } from './detail-documents.ts';

interface Phase {
  readonly name: string;
  readonly className: string;
  readonly spanMs: number;
}

/**
 * The phases of an exchange that are known, in order. What is left of its duration came after the first byte or, where
 * none came, was spent on the phase that failed.
 */
export function phasesOf({ timings, durationMs }: DetailAttempt): Phase[] {
  if (!timings) return [];
  const { queueMs, dnsMs, connectMs, tlsMs, firstByteMs } = timings;
  const measured = [
    { name: 'Queued', className: 'queue', spanMs: queueMs },
    { name: 'DNS', className: 'dns', spanMs: dnsMs },
    { name: 'Connect', className: 'connect', spanMs: connectMs },
    { name: 'TLS', className: 'tls', spanMs: tlsMs },
    { name: 'First byte', className: 'first-byte', spanMs: firstByteMs },
  ].flatMap(({ spanMs, ...phase }) => (spanMs == null ? [] : [{ ...phase, spanMs }]));
  const restMs = durationMs - measured.reduce((sum, phase) => (phase.name === 'Queued' ? sum : sum + phase.spanMs), 0);
  if (restMs <= 0 || measured.length === 0) return measured;
  const rest =
    firstByteMs == null ? { name: 'Failed after', className: 'failed' } : { name: 'Body', className: 'body' };
  return [...measured, { ...rest, spanMs: restMs }];
}

/** Where an attempt's time went: a bar for the eye, and the same in words. */
export function PhaseBar({ attempt }: { readonly attempt: DetailAttempt }) {
  const phases = phasesOf(attempt);
  if (phases.length === 0) return null;
  const shown = phases.filter(phase => phase.spanMs > 0);
  return (
    <span className="phases">
      <span className="phase-bar" aria-hidden="true">
        {shown.map(({ name, className, spanMs }) => (
          <span key={name} className={`phase phase-${className}`} style={{ flexGrow: spanMs }} />
        ))}
      </span>
      <span className="phase-words">
        {phases.map(({ name, className, spanMs }) => (
          <span key={name}>
            <span className={`phase-dot phase-${className}`} aria-hidden="true" />
            {name} {formatDuration(spanMs)}
          </span>
        ))}
      </span>
    </span>
  );
}
