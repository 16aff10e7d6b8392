import { useState } from 'react';
import { Dialog } from '../../../components/dialog.tsx';
import { AttemptSelect } from './attempt-select.tsx';
import { compareAttempts } from './compare-attempts.ts';
import type { DetailAttempt } from './detail-documents.ts';

export interface CompareDialogProps {
  /** At least two. */
  readonly attempts: readonly DetailAttempt[];
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** What differs between two attempts. */
export function CompareDialog({ attempts, isOpen, onClose }: CompareDialogProps) {
  const [left, setLeft] = useState<number | null>(null);
  const [right, setRight] = useState<number | null>(null);
  const find = (number: number | null, fallback: number) =>
    attempts.find(attempt => attempt.number === number) ?? attempts.at(fallback);
  const [a, b] = [find(left, -2), find(right, -1)];
  if (!a || !b) return null;
  const differences = compareAttempts(a, b);
  return (
    <Dialog title="Compare attempts" size="wide" isOpen={isOpen} onClose={onClose}>
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
            {differences.map(({ name, before, after }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{before}</td>
                <td>{after}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {differences.length === 0 && <p className="muted">No differences.</p>}
      </div>
    </Dialog>
  );
}
