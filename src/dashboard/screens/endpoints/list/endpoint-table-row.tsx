import type { MouseEvent } from 'react';
import { Link } from 'wouter';
import { copyText } from '../../../components/copy-button.tsx';
import { MenuButton, type MenuEntry } from '../../../components/menu-button.tsx';
import { formatCount, formatShare } from '../../../intl.ts';
import type { ListedEndpoint } from '../documents.ts';
import { EndpointStatus } from '../endpoint-status.tsx';
import { formatAge, formatLatency } from '../health-words.ts';
import { RateBar } from '../rate-bar.tsx';
import type { EndpointTableProps } from './endpoint-table.tsx';

interface EndpointTableRowProps extends Omit<EndpointTableProps, 'endpoints'> {
  readonly endpoint: ListedEndpoint;
  readonly onOpen: () => void;
}

export function EndpointTableRow({ endpoint, onOpen, ...rest }: EndpointTableRowProps) {
  const { id, name, url, status, statusReason, eventTypes, health } = endpoint;
  const types = eventTypes.length === 0 ? 'All' : eventTypes.join(', ');
  const oldest = formatAge(health?.oldestDueAgeSeconds);
  const backlog = health ? formatCount(health.backlog.value, health.backlog.exact) : '–';
  return (
    <tr onClick={event => isPlainClick(event) && onOpen()}>
      <td className="endpoint-name-column">
        <Link href={`/endpoints/${id}`} className="endpoint-open truncate" title={name}>
          {name}
        </Link>
        <span className="endpoint-url truncate" title={url}>
          {url}
        </span>
        <span className="endpoint-narrow-figures">
          {formatShare(health?.successRate ?? null)} · p95 {formatLatency(health?.p95LatencyMs)} · {backlog} waiting
        </span>
      </td>
      <td className="endpoint-status-column" title={statusReason ?? ''}>
        <EndpointStatus status={status} isFailing={health?.isFailing ?? false} />
      </td>
      <td className="endpoint-events-column">
        <span className="truncate" title={types}>
          {types}
        </span>
      </td>
      <td className="endpoint-rate-column">
        <RateBar rate={health?.successRate} sampleSize={health?.sampleSize ?? 0} />
      </td>
      <td className="endpoint-figure">{formatLatency(health?.p95LatencyMs)}</td>
      <td className="endpoint-figure">{backlog}</td>
      <td className="endpoint-figure">{oldest}</td>
      <td className="endpoint-menu-column">
        <MenuButton
          button={{ icon: 'more', tone: 'quiet', 'aria-label': `Actions of ${name}` }}
          label={`Actions of ${name}`}
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
    { id: 'open', label: 'Open', icon: 'endpoint', onAction: onOpen },
    ...(mayManage
      ? ([
          { id: 'test', label: 'Send test event…', icon: 'send', onAction: () => onTest(endpoint) },
          ...(status === 'ENABLED'
            ? []
            : [{ id: 'enable', label: 'Enable', icon: 'check', onAction: switchTo('ENABLED') } as const]),
          ...(status === 'PAUSED'
            ? []
            : [
                {
                  id: 'pause',
                  label: 'Pause',
                  icon: 'pause',
                  hint: 'Deliveries are made, and wait',
                  onAction: switchTo('PAUSED'),
                } as const,
              ]),
          ...(status === 'DISABLED'
            ? []
            : [
                {
                  id: 'disable',
                  label: 'Disable',
                  icon: 'cancel',
                  hint: 'It gets no new deliveries',
                  onAction: switchTo('DISABLED'),
                } as const,
              ]),
        ] as MenuEntry[])
      : []),
    { id: 'copy', label: 'Copy endpoint id', icon: 'copy', onAction: () => void copyText(id, 'endpoint id') },
    ...(mayDelete
      ? [{ id: 'delete', label: 'Delete…', icon: 'trash', onAction: () => onDelete(endpoint) } as const]
      : []),
  ];
}

/** Not where something inside the row was meant, nor where text was being marked. */
function isPlainClick({ target, defaultPrevented }: MouseEvent): boolean {
  if (defaultPrevented || getSelection()?.type === 'Range') return false;
  return target instanceof Element && target.closest('a, button, .popover') === null;
}
