import type { MouseEvent } from 'react';
import { Link } from 'wouter';
import { classNames } from '../../../components/class-names.ts';
import { copyText } from '../../../components/copy-button.tsx';
import { MenuButton } from '../../../components/menu-button.tsx';
import type { MenuEntry } from '../../../components/menu-list.tsx';
import { formatCount, formatShare } from '../../../intl.ts';
import { formatLatency } from '../../../time/format-time.ts';
import type { ListedEndpoint } from '../documents.ts';
import { EndpointStatus } from '../endpoint-status.tsx';
import { formatAge } from '../health-words.ts';
import { messages } from '../messages.ts';
import { RateBar } from '../rate-bar.tsx';
import type { EndpointActions } from '../use-endpoint-actions.ts';
import styles from './endpoint-list.module.css';

export interface EndpointTableRowProps {
  readonly endpoint: ListedEndpoint;
  readonly actions: EndpointActions;
  readonly mayManage: boolean;
  readonly mayDelete: boolean;
  readonly onTest: (endpoint: ListedEndpoint) => void;
  readonly onDelete: (endpoint: ListedEndpoint) => void;
  readonly onOpen: () => void;
}

export function EndpointTableRow({ endpoint, onOpen, ...rest }: EndpointTableRowProps) {
  const { id, name, url, status, statusReason, eventTypes, health } = endpoint;
  const types = eventTypes.length === 0 ? messages.all : eventTypes.join(', ');
  const oldest = formatAge(health?.oldestDueAgeSeconds);
  const backlog = health ? formatCount(health.backlog.value, health.backlog.exact) : '–';
  return (
    <tr onClick={event => isPlainClick(event) && onOpen()}>
      <td className={styles.nameColumn}>
        <Link data-endpoint-link href={`/endpoints/${id}`} className={classNames(styles.open, 'truncate')} title={name}>
          {name}
        </Link>
        <span className={classNames(styles.url, 'truncate')} title={url}>
          {url}
        </span>
        <span className={styles.narrowFigures}>
          {messages.narrowFigures(
            formatShare(health?.successRate ?? null),
            formatLatency(health?.p95LatencyMs),
            backlog,
          )}
        </span>
      </td>
      <td className={styles.statusColumn} title={statusReason ?? ''}>
        <EndpointStatus status={status} isFailing={health?.isFailing ?? false} />
      </td>
      <td className={styles.eventsColumn}>
        <span className="truncate" title={types}>
          {types}
        </span>
      </td>
      <td className={styles.rateColumn}>
        <RateBar rate={health?.successRate} sampleSize={health?.sampleSize ?? 0} />
      </td>
      <td className={styles.figure}>{formatLatency(health?.p95LatencyMs)}</td>
      <td className={styles.figure}>{backlog}</td>
      <td className={styles.figure}>{oldest}</td>
      <td className={styles.menuColumn}>
        <MenuButton
          button={{ icon: 'more', tone: 'quiet', 'aria-label': messages.actionsOf(name) }}
          label={messages.actionsOf(name)}
          entries={entriesOf({ endpoint, onOpen, ...rest })}
        />
      </td>
    </tr>
  );
}

function entriesOf(props: EndpointTableRowProps): MenuEntry[] {
  const { endpoint, actions, mayManage, mayDelete, onOpen, onTest, onDelete } = props;
  const { id, status } = endpoint;
  const switchTo = (next: typeof status) => () => void actions.setStatus(endpoint, next);
  return [
    { id: 'open', label: messages.open, icon: 'endpoint', onAction: onOpen },
    ...(mayManage
      ? ([
          { id: 'test', label: messages.sendATestEvent, icon: 'send', onAction: () => onTest(endpoint) },
          ...(status === 'ENABLED'
            ? []
            : [{ id: 'enable', label: messages.enable, icon: 'check', onAction: switchTo('ENABLED') } as const]),
          ...(status === 'PAUSED'
            ? []
            : [
                {
                  id: 'pause',
                  label: messages.pause,
                  icon: 'pause',
                  hint: messages.pauseHint,
                  onAction: switchTo('PAUSED'),
                } as const,
              ]),
          ...(status === 'DISABLED'
            ? []
            : [
                {
                  id: 'disable',
                  label: messages.disable,
                  icon: 'cancel',
                  hint: messages.disableHint,
                  onAction: switchTo('DISABLED'),
                } as const,
              ]),
        ] as MenuEntry[])
      : []),
    {
      id: 'copy',
      label: messages.copyEndpointId,
      icon: 'copy',
      onAction: () => void copyText(id, messages.endpointIdToCopy),
    },
    ...(mayDelete
      ? [{ id: 'delete', label: messages.deleteAction, icon: 'trash', onAction: () => onDelete(endpoint) } as const]
      : []),
  ];
}

/** Whether a click on a row opens the endpoint: if it is not on a control inside the row and ends no text selection. */
function isPlainClick({ target, defaultPrevented }: MouseEvent): boolean {
  if (defaultPrevented || getSelection()?.type === 'Range') return false;
  return target instanceof Element && target.closest('a, button, [data-overlay]') === null;
}
