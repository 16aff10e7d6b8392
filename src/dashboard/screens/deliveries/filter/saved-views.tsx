import { useState } from 'react';
import { openStoredText } from '../../../browser-storage.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { MenuButton } from '../../../components/menu-button.tsx';
import { TextInput } from '../../../components/text-input.tsx';
import { readView, type View, writeView } from '../../../features/deliveries/filter/view.ts';
import { createStore, useStore } from '../../../store.ts';
import { messages } from '../messages.ts';

interface SavedView {
  readonly name: string;
  /** The query string of the view in the page URL. */
  readonly query: string;
}

const storedViews = openStoredText('local', 'livehook-views');
/** The views saved in this browser. */
const savedViews = createStore<readonly SavedView[]>(readSaved());
const maxNameLength = 60;

const suggested: readonly SavedView[] = [
  { name: messages.allDeliveries, query: '' },
  { name: messages.failedLast24Hours, query: 'status=FAILED&time=24h' },
  { name: messages.retrying, query: 'status=RETRYING' },
  { name: messages.serverErrors, query: 'response=500-599' },
];

export interface SavedViewsProps {
  readonly view: View;
  readonly onChoose: (view: View) => void;
}

export function SavedViews({ view, onChoose }: SavedViewsProps) {
  const saved = useStore(savedViews);
  const [name, setName] = useState<string | null>(null);
  const query = writeView(view).toString();
  const current = saved.find(entry => entry.query === query);
  const entryOf = (entry: SavedView, index: number) => ({
    id: `${index}`,
    label: entry.name,
    onAction: () => onChoose(readView(new URLSearchParams(entry.query))),
  });
  const save = () => {
    const kept = saved.filter(entry => entry.name !== name?.trim());
    writeSaved([...kept, { name: name?.trim() ?? '', query }]);
    setName(null);
  };
  return (
    <>
      <MenuButton
        button={{ icon: 'bookmark', tone: 'quiet', children: current?.name ?? messages.views }}
        label={messages.views}
        entries={[
          ...[...suggested, ...saved].map(entryOf),
          current
            ? {
                id: 'forget',
                label: messages.deleteView(current.name),
                icon: 'close',
                onAction: () => writeSaved(saved.filter(entry => entry !== current)),
              }
            : { id: 'save', label: messages.saveThisViewAction, icon: 'plus', onAction: () => setName('') },
        ]}
      />
      <Dialog
        title={messages.saveThisView}
        isOpen={name !== null}
        onClose={() => setName(null)}
        actions={
          <Button tone="primary" isDisabled={!name?.trim()} onPress={save}>
            {messages.save}
          </Button>
        }
      >
        <TextInput
          label={messages.name}
          value={name ?? ''}
          onChange={setName}
          maxLength={maxNameLength}
          autoFocus
          hint={messages.savedViewHint}
        />
      </Dialog>
    </>
  );
}

function writeSaved(views: readonly SavedView[]): void {
  storedViews.write(JSON.stringify(views));
  savedViews.set(views);
}

function readSaved(): readonly SavedView[] {
  try {
    const stored: unknown = JSON.parse(storedViews.read() ?? '[]');
    return Array.isArray(stored) ? stored.filter(view => typeof view?.name === 'string') : [];
  } catch {
    return [];
  }
}
