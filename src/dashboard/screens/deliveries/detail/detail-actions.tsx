import { useState } from 'react';
import { useQuery } from 'urql';
import { useViewer } from '../../../api/viewer.ts';
import { Button } from '../../../components/button.tsx';
import { copyText } from '../../../components/copy-button.tsx';
import { MenuButton } from '../../../components/menu-button.tsx';
import type { DeliveryActions } from '../../../features/deliveries/use-delivery-actions.ts';
import { graphql } from '../../../generated/gql.ts';
import { messages } from '../messages.ts';
import { curlOfAttempt, graphqlOfDelivery } from './copies.ts';
import styles from './delivery-detail.module.css';
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

/**
 * Buttons that retry, replay or cancel the delivery, and a menu with copy actions. Only possible actions are
 * shown.
 */
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
    <div className={styles.actions} role="toolbar" aria-label={messages.actions}>
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
              {status === 'FAILED' ? messages.retry : messages.retryNow}
            </Button>
          )}
          <MenuButton
            button={{ icon: 'replay', children: messages.replay, isDisabled: isPending }}
            label={messages.replay}
            entries={[
              {
                id: endpoint.id,
                label: messages.replayTo(endpoint.name),
                hint: isLive ? messages.replayHint : messages.endpointIsDisabled,
                isDisabled: !isLive,
                onAction: () => void act(actions.replay(id)),
              },
              ...targets.map(target => ({
                id: target.id,
                label: messages.replayTo(target.name),
                hint: target.url,
                onAction: () => void act(actions.replay(id, target.id)),
              })),
            ]}
          />
          {(status === 'PENDING' || status === 'RETRYING') && (
            <Button tone="danger" icon="cancel" isDisabled={isPending} onPress={() => act(actions.cancel(id))}>
              {messages.cancel}
            </Button>
          )}
        </>
      )}
      <MenuButton
        button={{ icon: 'copy', tone: 'quiet', children: messages.copy }}
        label={messages.copy}
        entries={[
          {
            id: 'curl',
            label: messages.copyAsCurl,
            hint: messages.curlHint,
            isDisabled: !attempt?.preparedRequest,
            onAction: copy('request', attempt ? curlOfAttempt(attempt) : ''),
          },
          { id: 'graphql', label: messages.copyAsGraphql, onAction: copy('query', graphqlOfDelivery(id)) },
          { id: 'delivery', label: messages.deliveryId, onAction: copy(messages.deliveryIdToCopy, id) },
          { id: 'event', label: messages.eventId, onAction: copy(messages.eventIdToCopy, delivery.event.id) },
          { id: 'endpoint', label: messages.endpointId, onAction: copy(messages.endpointIdToCopy, endpoint.id) },
          { id: 'link', label: messages.linkToThisPage, onAction: copy('link', location.href) },
        ]}
      />
    </div>
  );
}
