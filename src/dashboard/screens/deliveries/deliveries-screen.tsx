import { useRef } from 'react';
import { useLocation, useRoute } from 'wouter';
import { useViewer } from '../../api/viewer.ts';
import { classNames } from '../../components/class-names.ts';
import { OlderData } from '../../components/older-data.tsx';
import { useBulk } from '../../features/bulk/use-bulk.tsx';
import { filterOfView, isFiltered, keyOfFilter, readView } from '../../features/deliveries/filter/view.ts';
import { useDeliveryActions } from '../../features/deliveries/use-delivery-actions.ts';
import { useDeliveryLog } from '../../features/deliveries/use-delivery-log.ts';
import { onDemand } from '../../on-demand.tsx';
import { useQueryText } from '../../query-params.ts';
import { serverNowMs } from '../../time/server-clock.ts';
import styles from './deliveries.module.css';
import deliveryDetailStyles from './detail/delivery-detail.module.css';
import { detailId } from './detail/detail-id.ts';
import { FilterBar } from './filter/filter-bar.tsx';
import { useView } from './filter/use-view.ts';
import { DeliveryList } from './list/delivery-list.tsx';
import { EndpointNotice, FailedList, LoadingRows, NoMatch, NothingYet } from './list/list-states.tsx';
import { MatchActions } from './list/match-actions.tsx';
import { SelectionBar } from './list/selection-bar.tsx';
import { SortMenu } from './list/sort-menu.tsx';
import { useMatchCount } from './list/use-match-count.ts';
import { useSelection } from './list/use-selection.ts';
import { messages } from './messages.ts';
import { useLogShortcuts } from './use-log-shortcuts.ts';

const DeliveryDetail = onDemand(
  () => import('./detail/delivery-detail.tsx'),
  () => <aside id={detailId} className={deliveryDetailStyles.detail} aria-label={messages.delivery} aria-busy="true" />,
);

/** The screen with the delivery log, and beside it the detail of the delivery that the page URL names. */
export default function DeliveriesScreen() {
  const [view, changeView] = useView();
  const { log, filter, state } = useDeliveryLog(view);
  const [, params] = useRoute('/deliveries/:id');
  const openId = params?.id ?? null;
  const search = useQueryText();
  const [, navigate] = useLocation();
  const { may, mayCreateEndpoint } = useViewer();
  const gridRef = useRef<HTMLDivElement>(null);
  /** Set to true when Enter opens the detail of a delivery, which then takes the focus once it has loaded. */
  const isEntering = useRef(false);
  const rows = state?.rows ?? [];
  const filterKey = keyOfFilter(view);
  const selection = useSelection(rows, filterKey);
  const actions = useDeliveryActions();
  const bulk = useBulk();
  const matching = useMatchCount(filter);

  const readFilter = () => filter ?? filterOfView(view, serverNowMs());
  const show = (id: string | null) => {
    navigate(`/deliveries${id ? `/${id}` : ''}${search ? `?${search}` : ''}`, {
      replace: id !== null && openId !== null,
    });
    if (id !== null) return;
    selection.setCursor(openId);
    // On a narrow screen, the list is hidden until the detail is gone.
    requestAnimationFrame(() => gridRef.current?.focus({ preventScroll: true }));
  };
  const activeId = openId ?? selection.cursor;
  useLogShortcuts({ rows, openId, selection, actions, gridRef, isEntering, onShow: show });

  const clear = () => changeView({ ...readView(new URLSearchParams()), order: view.order });
  const isEmpty = state !== null && !['loading', 'failed'].includes(state.phase) && rows.length + state.waiting === 0;
  const onlyEndpoint = view.endpointIds.length === 1 ? view.endpointIds[0] : undefined;
  return (
    <div className={classNames(styles.screen, openId && styles.hasDetail)}>
      <section className={styles.side} aria-label={messages.deliveryLog}>
        <header className={styles.head}>
          <h1>{messages.deliveries}</h1>
          <span className="muted">{matching}</span>
          <SortMenu order={view.order} onOrder={order => changeView({ order })} />
          {may('DELIVERIES_MANAGE') && <MatchActions readFilter={readFilter} bulk={bulk} />}
        </header>
        <FilterBar
          view={view}
          onChange={changeView}
          onClear={isFiltered(view) && !isEmpty ? clear : null}
          mayReadEndpoints={may('ENDPOINTS_READ')}
        />
        {onlyEndpoint && may('ENDPOINTS_READ') && (
          <EndpointNotice endpointId={onlyEndpoint} mayManage={may('ENDPOINTS_MANAGE')} />
        )}
        {state?.phase === 'ready' && <OlderData problem={state.error} />}
        {!log || !state || state.phase === 'loading' ? (
          <LoadingRows />
        ) : state.phase === 'failed' ? (
          <FailedList reason={state.error ?? ''} onRetry={() => void log.start()} />
        ) : isEmpty ? (
          isFiltered(view) ? (
            <NoMatch onClear={clear} />
          ) : (
            <NothingYet mayCreateEndpoint={mayCreateEndpoint} mayTest={may('ENDPOINTS_MANAGE')} />
          )
        ) : (
          <DeliveryList
            log={log}
            state={state}
            order={view.order}
            onOrder={order => changeView({ order })}
            activeId={activeId}
            selected={selection.selected}
            onOpen={show}
            onSelect={selection.toggle}
            gridRef={gridRef}
          />
        )}
        {selection.selected.size > 0 && (
          <SelectionBar
            key={filterKey}
            selected={selection.selected}
            readFilter={readFilter}
            matching={matching}
            bulk={bulk}
            mayManage={may('DELIVERIES_MANAGE')}
            onClear={selection.clear}
          />
        )}
      </section>
      {bulk.dialog}
      {openId && <DeliveryDetail key={openId} id={openId} actions={actions} onShow={show} isEntering={isEntering} />}
    </div>
  );
}
