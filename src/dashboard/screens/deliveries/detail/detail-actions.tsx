import { useState } from 'react';
import { useQuery } from 'urql';
import { useViewer } from '../../../api/viewer.ts';
import { Button } from '../../../components/button.tsx';
import { copyText } from '../../../components/copy-button.tsx';
import { MenuButton } from '../../../components/menu-button.tsx';
import type { DeliveryActions } from '../../../features/deliveries/use-delivery-actions.ts';
import { graphql } from '../../../generated/gql.ts';
import { curlOfAttempt, graphqlOfDelivery } from './copies.ts';
import type { Detail, DetailAttempt } from './detail-documents.ts';

const TargetsQuery = graphql(/* GraphQL */ `
  query ReplayTargets {
    endpoints(first: 100, statuses: [ENABLED, PAUSED]) { nodes { id name url } }
  }
`);

export interface DetailActionsProps {
  readonly delivery: Detail;
  readonly attempt: DetailAttempt | undefined;
  readonly actions: DeliveryActions;
  readonly onShow: (id: string) => void;
}

/** Retry, replay, cancel, and what can be copied. What the state forbids is not offered. */
export function DetailActions({ delivery, attempt, actions, onShow }: DetailActionsProps) {
  const { id, status, endpoint } = delivery;
  const { may } = useViewer();
  const [isPending, setIsPending] = useState(false);
  const [{ data }] = useQuery({ query: TargetsQuery, pause: !may('ENDPOINTS_READ') || !may('DELIVERIES_MANAGE') });
  const act = async (action: Promise<string | null>) => {
    setIsPending(true);
    const made = await action;
    setIsPending(false);
    if (made !== null && made !== id) onShow(made);
  };
  const targets = (data?.endpoints.nodes ?? []).filter(target => target.id !== endpoint.id);
  const isLive = endpoint.status !== 'DISABLED' && !endpoint.deletedAt;
  const copy = (what: string, text: string) => () => void copyText(text, what);
  return (
    <div className="detail-actions" role="toolbar" aria-label="Actions">
      {may('DELIVERIES_MANAGE') && (
        <>
          {(status === 'FAILED' || status === 'RETRYING') && (
            <Button
              tone="primary"
              icon="retry"
              shortcut="r"
              isDisabled={isPending || !isLive}
              onPress={() => act(actions.retry(id))}
            >
              {status === 'FAILED' ? 'Retry' : 'Retry now'}
            </Button>
          )}
          <MenuButton
            button={{ icon: 'replay', children: 'Replay', isDisabled: isPending }}
            label="Replay"
            entries={[
              {
                id: endpoint.id,
                label: `To ${endpoint.name}`,
                hint: isLive ? 'Creates a new delivery of the same event' : 'The endpoint is disabled',
                isDisabled: !isLive,
                onAction: () => void act(actions.replay(id)),
              },
              ...targets.map(target => ({
                id: target.id,
                label: `To ${target.name}`,
                hint: target.url,
                onAction: () => void act(actions.replay(id, target.id)),
              })),
            ]}
          />
          {(status === 'PENDING' || status === 'RETRYING') && (
            <Button tone="danger" icon="cancel" isDisabled={isPending} onPress={() => act(actions.cancel(id))}>
              Cancel
            </Button>
          )}
        </>
      )}
      <MenuButton
        button={{ icon: 'copy', tone: 'quiet', children: 'Copy' }}
        label="Copy"
        entries={[
          {
            id: 'curl',
            label: 'As curl',
            hint: 'The request of the selected attempt, with its signatures',
            isDisabled: !attempt?.request,
            onAction: copy('request', attempt ? curlOfAttempt(attempt) : ''),
          },
          { id: 'graphql', label: 'As GraphQL', onAction: copy('query', graphqlOfDelivery(id)) },
          { id: 'delivery', label: 'Delivery ID', onAction: copy('delivery id', id) },
          { id: 'event', label: 'Event ID', onAction: copy('event id', delivery.event.id) },
          { id: 'endpoint', label: 'Endpoint ID', onAction: copy('endpoint id', endpoint.id) },
          { id: 'link', label: 'Link to this page', onAction: copy('link', location.href) },
        ]}
      />
    </div>
  );
}
