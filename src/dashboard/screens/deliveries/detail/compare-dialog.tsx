import { useState } from 'react';
import { Dialog } from '../../../components/dialog.tsx';
import { formatDuration, formatUtc } from '../../../time/format-time.ts';
import { AttemptSelect } from './attempt-select.tsx';
import type { DetailAttempt } from './detail-documents.ts';
import { phasesOf } from './phase-bar.tsx';
import { outcomeOf } from './timeline.tsx';

export interface CompareDialogProps {
  /** At least two. */
  readonly attempts: readonly DetailAttempt[];
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Two attempts side by side; what differs is marked. */
export function CompareDialog({ attempts, isOpen, onClose }: CompareDialogProps) {
  const [left, setLeft] = useState<number | null>(null);
  const [right, setRight] = useState<number | null>(null);
  const find = (number: number | null, fallback: number) =>
    attempts.find(attempt => attempt.number === number) ?? attempts.at(fallback);
  const [a, b] = [find(left, -2), find(right, -1)];
  if (!a || !b) return null;
  const [before, after] = [linesOf(a), linesOf(b)];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return (
    <Dialog title="Compare two attempts" size="wide" isOpen={isOpen} onClose={onClose}>
      <div className="compare-scroll">
        <table className="compare">
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">Part</span>
              </th>
              <th scope="col">
                <AttemptSelect label="First attempt" attempts={attempts} value={a.number} onChange={setLeft} />
              </th>
              <th scope="col">
                <AttemptSelect label="Second attempt" attempts={attempts} value={b.number} onChange={setRight} />
              </th>
            </tr>
          </thead>
          <tbody>
            {names.map(name => (
              <tr key={name} className={before.get(name) === after.get(name) ? '' : 'is-different'}>
                <th scope="row">{name}</th>
                <td>{before.get(name) ?? '–'}</td>
                <td>{after.get(name) ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Dialog>
  );
}

function linesOf(attempt: DetailAttempt): Map<string, string> {
  const { request, response, error, startedAt, durationMs } = attempt;
  const headers = (side: string, list: readonly { name: string; value?: string | null }[] = []) =>
    list.map(({ name, value }) => [`${side} ${name}`, value ?? 'secret'] as const);
  return new Map<string, string>([
    ['Outcome', outcomeOf(attempt)],
    ['Error', error?.message ?? '–'],
    ['Started', formatUtc(startedAt)],
    ['Duration', formatDuration(durationMs)],
    ...phasesOf(attempt).map(({ name, spanMs }) => [name, formatDuration(spanMs)] as const),
    ['URL', request?.url ?? '–'],
    ...headers('→', request?.headers),
    ...headers('←', response?.headers),
    ['Response body', response?.body ?? '–'],
  ]);
}
