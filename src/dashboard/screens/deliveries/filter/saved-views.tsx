import { useState } from 'react';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { MenuButton } from '../../../components/menu-button.tsx';
import { TextInput } from '../../../components/text-input.tsx';
import { readView, type View, writeView } from '../../../features/deliveries/filter/view.ts';
import { createStore, useStore } from '../../../store.ts';

interface SavedView {
  readonly name: string;
  /** As in the address. */
  readonly query: string;
}

const storageKey = 'livehook-views';
/** In this browser alone; an address is shared by itself. */
const savedViews = createStore<readonly SavedView[]>(readSaved());
const maxNameLength = 60;

const suggested: readonly SavedView[] = [
  { name: 'All deliveries', query: '' },
  { name: 'Failed, last 24 hours', query: 'status=FAILED&time=24h' },
  { name: 'Retrying', query: 'status=RETRYING' },
  { name: 'Server errors', query: 'response=500-599' },
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
        button={{ icon: 'bookmark', tone: 'quiet', children: current?.name ?? 'Views' }}
        label="Views"
        entries={[
          ...[...suggested, ...saved].map(entryOf),
          current
            ? {
                id: 'forget',
                label: `Delete view “${current.name}”`,
                icon: 'close',
                onAction: () => writeSaved(saved.filter(entry => entry !== current)),
              }
            : { id: 'save', label: 'Save this view…', icon: 'plus', onAction: () => setName('') },
        ]}
      />
      <Dialog
        title="Save this view"
        isOpen={name !== null}
        onClose={() => setName(null)}
        actions={
          <Button tone="primary" isDisabled={!name?.trim()} onPress={save}>
            Save
          </Button>
        }
      >
        <TextInput
          label="Name"
          value={name ?? ''}
          onChange={setName}
          maxLength={maxNameLength}
          autoFocus
          hint="Saved in this browser only. To share a view, copy the URL."
        />
      </Dialog>
    </>
  );
}

function writeSaved(views: readonly SavedView[]): void {
  localStorage.setItem(storageKey, JSON.stringify(views));
  savedViews.set(views);
}

function readSaved(): readonly SavedView[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]');
    return Array.isArray(stored) ? stored.filter(view => typeof view?.name === 'string') : [];
  } catch {
    return [];
  }
}
