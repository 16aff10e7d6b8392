import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import { classNames } from './class-names.ts';
import styles from './tabs.module.css';

export interface TabsProps {
  /** The accessible name of the list of tabs. */
  readonly label: string;
  readonly tabs: readonly {
    readonly id: string;
    readonly label: string;
    /** Renders the panel. Called only while the tab is chosen. */
    readonly render: () => ReactNode;
  }[];
  readonly panelClassName?: string | undefined;
}

const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

/**
 * Tabs and the panel of the chosen one. The first is chosen at first. The list is one tab stop, in which the arrow keys,
 * Home and End choose a tab.
 *
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/tabs/
 */
export function Tabs({ label, tabs, panelClassName }: TabsProps) {
  const id = useId();
  const listRef = useRef<HTMLDivElement>(null);
  const [chosenId, setChosenId] = useState(tabs[0]?.id);
  const index = tabs.findIndex(tab => tab.id === chosenId);
  const pressKey = (event: KeyboardEvent) => {
    const step = steps[event.key];
    const edge = event.key === 'Home' ? 0 : event.key === 'End' ? -1 : null;
    if (step === undefined && edge === null) return;
    event.preventDefault();
    event.stopPropagation();
    const next = tabs.at(edge ?? (index + (step ?? 0)) % tabs.length);
    setChosenId(next?.id);
    listRef.current?.querySelector<HTMLElement>(`[data-tab="${next?.id}"]`)?.focus();
  };
  return (
    <div>
      <div className={styles.list} role="tablist" aria-label={label} ref={listRef}>
        {tabs.map(tab => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            className={classNames(styles.tab, tab.id === chosenId && styles.isChosen)}
            id={`${id}-${tab.id}`}
            data-tab={tab.id}
            aria-selected={tab.id === chosenId}
            aria-controls={tab.id === chosenId ? `${id}-panel` : undefined}
            tabIndex={tab.id === chosenId ? 0 : -1}
            onClick={() => setChosenId(tab.id)}
            onKeyDown={pressKey}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} className={panelClassName} aria-labelledby={`${id}-${chosenId}`}>
        {tabs[index]?.render()}
      </div>
    </div>
  );
}
