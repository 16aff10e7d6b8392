import { Dialog } from '../components/dialog.tsx';

const keys = [
  ['j', 'Next row'],
  ['k', 'Previous row'],
  ['Enter', 'Open'],
  ['Escape', 'Close panel, then clear selection'],
  ['r', 'Retry'],
  ['R', 'Replay as a new delivery'],
  ['x', 'Select the row'],
  ['X', 'Select every row up to this one'],
  ['/', 'Search'],
  ['n', 'New endpoint, key or tenant'],
  ['e', 'Edit the endpoint'],
  ['t', 'Send test event'],
  ['?', 'Show shortcuts'],
] as const;

export default function KeyHelp({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" isOpen onClose={onClose}>
      <dl className="key-list">
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key === 'X' ? 'shift x' : key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
