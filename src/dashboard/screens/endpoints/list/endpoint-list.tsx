import { useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useSettings } from '../../../api/settings.ts';
import { usePolledQuery } from '../../../api/use-polled-query.ts';
import { useViewer } from '../../../api/viewer.ts';
import { Button } from '../../../components/button.tsx';
import { ChoiceChip } from '../../../components/choice-chip.tsx';
import { classNames } from '../../../components/class-names.ts';
import filterBarStyles from '../../../components/filter-bar.module.css';
import { OlderData } from '../../../components/older-data.tsx';
import { Pager } from '../../../components/pager.tsx';
import { SearchInput } from '../../../components/search-input.tsx';
import { Segments } from '../../../components/segments.tsx';
import { useShortcuts } from '../../../components/use-shortcuts.ts';
import { session } from '../../../session/session.ts';
import { DeleteDialog } from '../delete-dialog.tsx';
import { EndpointsPageQuery, type ListedEndpoint } from '../documents.ts';
import { endpointStatusWord } from '../endpoint-status.tsx';
import endpointsStyles from '../endpoints.module.css';
import { messages } from '../messages.ts';
import { TestEventDialog } from '../test-event-dialog.tsx';
import { useEndpointActions } from '../use-endpoint-actions.ts';
import styles from './endpoint-list.module.css';
import { EndpointTable } from './endpoint-table.tsx';
import { FailedEndpoints, LoadingEndpoints, NoEndpoints, NoMatchingEndpoint } from './list-states.tsx';
import { endpointStatuses, useListView, variablesOfView } from './list-view.ts';

const refreshMs = 10_000;
const sortChoices = [
  { id: 'newest', label: messages.newest },
  { id: 'success', label: messages.successRate },
  { id: 'p95', label: messages.p95 },
  { id: 'backlog', label: messages.backlog },
] as const;
const statusChoices = endpointStatuses.map(id => ({ id, label: endpointStatusWord(id) }));

/** The list of endpoints with their health, loaded again every 10 s. */
export function EndpointList() {
  const { settings } = useSettings();
  const [view, change] = useListView();
  const [, navigate] = useLocation();
  const { may, mayCreateEndpoint: mayCreate } = useViewer();
  const [tested, setTested] = useState<ListedEndpoint | null>(null);
  const [deleted, setDeleted] = useState<ListedEndpoint | null>(null);
  const { data, problem, refresh } = usePolledQuery({
    query: EndpointsPageQuery,
    variablesAt: () => variablesOfView(view),
    key: JSON.stringify(view),
    everyMs: refreshMs,
  });
  const actions = useEndpointActions(refresh);
  // The previous page stays visible while the next one is loading.
  const lastPage = useRef(data?.endpoints);
  if (data) lastPage.current = data.endpoints;
  const mayManage = may('ENDPOINTS_MANAGE');
  useShortcuts({
    j: () => moveFocus(1),
    k: () => moveFocus(-1),
    '/': () => document.getElementById('endpoint-search')?.focus(),
    ...(mayCreate && { n: () => navigate('/endpoints/new') }),
  });
  const page = lastPage.current;
  const isFiltered = view.search !== '' || view.statuses.length > 0;
  const clear = () => change({ search: '', statuses: [] });
  const createButton = mayCreate && (
    <Button tone="primary" icon="plus" shortcut="n" onPress={() => navigate('/endpoints/new')}>
      {messages.newEndpoint}
    </Button>
  );
  return (
    <>
      <header className={endpointsStyles.head}>
        <h1>{messages.endpoints}</h1>
        {createButton}
      </header>
      <search className={classNames(filterBarStyles.bar, styles.filter)} aria-label={messages.filterEndpoints}>
        <SearchInput
          id="endpoint-search"
          placeholder={messages.nameOrUrl}
          value={view.search}
          maxLength={settings?.maxSearchLength}
          onChange={search => change({ search })}
        />
        <ChoiceChip
          label={messages.status}
          choices={statusChoices}
          chosen={view.statuses}
          onChange={chosen => change({ statuses: endpointStatuses.filter(status => chosen.includes(status)) })}
        />
        <Segments label={messages.sortBy} options={sortChoices} value={view.sort} onChange={sort => change({ sort })} />
        {isFiltered && page?.nodes.length !== 0 && (
          <Button tone="quiet" onPress={clear}>
            {messages.clearFilters}
          </Button>
        )}
      </search>
      {!data && problem !== null ? (
        <FailedEndpoints reason={messages.retryingEvery10Seconds(problem)} onRetry={refresh} />
      ) : !page ? (
        <LoadingEndpoints />
      ) : page.nodes.length === 0 ? (
        isFiltered ? (
          <NoMatchingEndpoint onClear={clear} />
        ) : (
          <NoEndpoints action={createButton} />
        )
      ) : (
        <>
          <OlderData problem={problem} />
          <EndpointTable
            endpoints={page.nodes}
            actions={actions}
            mayManage={mayManage}
            mayDelete={mayManage && session.get()?.kind !== 'portal'}
            onTest={setTested}
            onDelete={setDeleted}
          />
          <Pager pageInfo={page.pageInfo} onChange={change} />
        </>
      )}
      <TestEventDialog endpoint={tested} onClose={() => setTested(null)} />
      <DeleteDialog endpoint={deleted} actions={actions} onClose={() => setDeleted(null)} />
    </>
  );
}

/** Moves the focus to the link in the next (1) or previous (-1) row. */
function moveFocus(by: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>('[data-endpoint-link]')];
  const index = links.indexOf(document.activeElement as HTMLElement);
  links[index < 0 ? 0 : index + by]?.focus();
}
