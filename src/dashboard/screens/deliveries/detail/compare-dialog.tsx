import { useState } from 'react';
import { Dialog } from '../../../components/dialog.tsx';
import { messages } from '../messages.ts';
import { AttemptSelect } from './attempt-select.tsx';
import { compareAttempts } from './compare-attempts.ts';
import styles from './compare-dialog.module.css';
import type { DetailAttempt } from './detail-documents.ts';

export interface CompareDialogProps {
  /** The attempts to choose from, at least two. */
  readonly attempts: readonly DetailAttempt[];
  readonly onClose: () => void;
}

/** A dialog with the differences between two attempts. */
export default function CompareDialog({ attempts, onClose }: CompareDialogProps) {
  const [left, setLeft] = useState<number | null>(null);
  const [right, setRight] = useState<number | null>(null);
  const find = (number: number | null, fallback: number) =>
    attempts.find(attempt => attempt.number === number) ?? attempts.at(fallback);
  const [a, b] = [find(left, -2), find(right, -1)];
  if (!a || !b) return null;
  const differences = compareAttempts(a, b);
  return (
    <Dialog title={messages.compareAttempts} size="wide" isOpen onClose={onClose}>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">{messages.comparedPart}</span>
              </th>
              <th scope="col">
                <AttemptSelect label={messages.firstAttempt} attempts={attempts} value={a.number} onChange={setLeft} />
              </th>
              <th scope="col">
                <AttemptSelect
                  label={messages.secondAttempt}
                  attempts={attempts}
                  value={b.number}
                  onChange={setRight}
                />
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
        {differences.length === 0 && <p className="muted">{messages.noDifferences}</p>}
      </div>
    </Dialog>
  );
}
