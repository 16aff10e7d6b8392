import { useSettings } from '../../../api/settings.ts';
import { Button } from '../../../components/button.tsx';
import filterBarStyles from '../../../components/filter-bar.module.css';
import { SearchInput } from '../../../components/search-input.tsx';
import { messages } from '../messages.ts';
import { CountedChips } from './counted-chips.tsx';
import { EventChip } from './event-chip.tsx';
import { OperationChip } from './operation-chip.tsx';
import { type FilterChipsProps, PlainChips } from './plain-chips.tsx';
import { SavedViews } from './saved-views.tsx';
import { UnknownChips } from './unknown-chips.tsx';

export interface FilterBarProps extends FilterChipsProps {
  /** Removes all filters. Null if there is no filter, or if the list itself shows the button. */
  readonly onClear: (() => void) | null;
  readonly mayReadEndpoints: boolean;
}

/** The search field, a chip for each filter, and the menu of saved views. */
export function FilterBar({ view, onChange, onClear, mayReadEndpoints }: FilterBarProps) {
  const { settings } = useSettings();
  return (
    <search
      className={filterBarStyles.bar}
      aria-label={messages.filterDeliveries}
      // On a narrow screen, the bar scrolls sideways. Browsers do not scroll to a focused chip that is partly visible.
      // After a click, the chip must stay below the pointer.
      onFocus={({ target }) =>
        target.matches(':focus-visible') && target.scrollIntoView({ block: 'nearest', inline: 'nearest' })
      }
    >
      <SearchInput
        id="delivery-search"
        placeholder={messages.searchPlaceholder}
        value={view.search}
        maxLength={settings?.maxSearchLength}
        onChange={search => onChange({ search })}
      />
      <UnknownChips unknown={view.unknown} onChange={unknown => onChange({ unknown })} />
      <CountedChips view={view} onChange={onChange} mayReadEndpoints={mayReadEndpoints} />
      <PlainChips view={view} onChange={onChange} />
      <EventChip eventIds={view.eventIds} onClear={() => onChange({ eventIds: [] })} />
      <OperationChip operationIds={view.operationIds} onClear={() => onChange({ operationIds: [] })} />
      {onClear && (
        <Button tone="quiet" onPress={onClear}>
          {messages.clearFilters}
        </Button>
      )}
      <SavedViews view={view} onChoose={onChange} />
    </search>
  );
}
