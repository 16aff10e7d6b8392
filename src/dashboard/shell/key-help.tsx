import { Dialog } from '../components/dialog.tsx';
import styles from './key-help.module.css';
import { messages } from './messages.ts';

const keys = [
  ['j', messages.nextRow],
  ['k', messages.previousRow],
  ['Enter', messages.open],
  ['Escape', messages.closePanel],
  ['r', messages.retry],
  ['R', messages.replay],
  ['x', messages.selectRow],
  ['X', messages.selectRows],
  ['/', messages.search],
  ['n', messages.newItem],
  ['e', messages.editEndpoint],
  ['t', messages.sendTestEvent],
  ['?', messages.showShortcuts],
] as const;

export default function KeyHelp({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title={messages.keyboardShortcuts} isOpen onClose={onClose}>
      <dl className={styles.keys}>
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key === 'X' ? messages.shiftX : key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
