import { type RefObject, useEffect, useRef, useState } from 'react';
import { Button } from '../../../components/button.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Notice } from '../../../components/notice.tsx';
import { OlderData } from '../../../components/older-data.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { Tabs } from '../../../components/tabs.tsx';
import type { DeliveryActions } from '../../../features/deliveries/use-delivery-actions.ts';
import { PayloadView } from '../../../features/payload/payload-view.tsx';
import { onDemand } from '../../../on-demand.tsx';
import deliveryListStyles from '../list/delivery-list.module.css';
import { messages } from '../messages.ts';
import { AttemptView } from './attempt-view.tsx';
import styles from './delivery-detail.module.css';
import { DetailActions } from './detail-actions.tsx';
import { DetailFacts } from './detail-facts.tsx';
import { detailId } from './detail-id.ts';
import { Timeline } from './timeline.tsx';
import { useDetail } from './use-detail.ts';
import { WhyBanner } from './why-banner.tsx';

const CompareDialog = onDemand(() => import('./compare-dialog.tsx'));

export interface DeliveryDetailProps {
  readonly id: string;
  readonly actions: DeliveryActions;
  /** Opens the detail of another delivery. Null closes the detail. */
  readonly onShow: (id: string | null) => void;
  /** A ref that is true after Enter opened the detail. The detail then takes the focus and sets the ref to false. */
  readonly isEntering: RefObject<boolean>;
}

/** The detail of a delivery: why it has its status, the response, the attempts, its endpoint and its event. */
export default function DeliveryDetail({ id, actions, onShow, isEntering }: DeliveryDetailProps) {
  const asideRef = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!isEntering.current) return;
    isEntering.current = false;
    asideRef.current?.focus({ preventScroll: true });
  }, [isEntering]);
  const { delivery, problem, isLoading, read } = useDetail(id);
  const [chosen, setChosen] = useState<number | null>(null);
  const [isComparing, setIsComparing] = useState(false);
  const close = <Button tone="quiet" icon="close" label={messages.close} shortcut="Esc" onPress={() => onShow(null)} />;
  if (!delivery) {
    return (
      <aside id={detailId} className={styles.detail} aria-label={messages.delivery} tabIndex={-1} ref={asideRef}>
        <header className={styles.head}>
          <span className={styles.title} />
          {close}
        </header>
        {isLoading ? (
          <div className={deliveryListStyles.skeleton} role="status" aria-label={messages.loadingDelivery}>
            <div className={deliveryListStyles.skeletonRow} />
            <div className={deliveryListStyles.skeletonRow} />
          </div>
        ) : problem !== null ? (
          <Notice
            tone="error"
            icon="alert"
            title={messages.couldntLoadThisDelivery}
            actions={<Button onPress={() => read({ requestPolicy: 'network-only' })}>{messages.retry}</Button>}
          >
            {problem}
          </Notice>
        ) : (
          <Notice icon="search" title={messages.deliveryNotFound}>
            {messages.deliveryNotFoundHint}
          </Notice>
        )}
      </aside>
    );
  }
  const { attempts } = delivery;
  const attempt = attempts.find(({ number }) => number === chosen) ?? attempts.at(-1);
  return (
    <aside id={detailId} className={styles.detail} aria-label={messages.delivery} tabIndex={-1} ref={asideRef}>
      <header className={styles.head}>
        <div className={styles.title}>
          <StatusBadge status={delivery.status} />
          <h1 title={delivery.eventType}>{delivery.eventType}</h1>
        </div>
        {close}
      </header>
      <div className={styles.id}>
        <code>{delivery.id}</code>
        <CopyButton what={messages.deliveryIdToCopy} text={delivery.id} />
      </div>
      <DetailActions delivery={delivery} attempt={attempt} actions={actions} onShow={onShow} />
      <OlderData problem={problem} />
      <WhyBanner delivery={delivery} />
      <section>
        <h2 className="visually-hidden">{messages.requestAndResponse}</h2>
        <Tabs
          label={messages.requestAndResponse}
          tabs={[
            {
              id: 'response',
              label: messages.response,
              render: () => <AttemptView delivery={delivery} attempt={attempt} side="response" />,
            },
            {
              id: 'request',
              label: messages.request,
              render: () => <AttemptView delivery={delivery} attempt={attempt} side="request" />,
            },
            {
              id: 'payload',
              label: messages.payload,
              render: () => <PayloadView text={delivery.event.payloadText ?? null} />,
            },
          ]}
        />
      </section>
      <section aria-label={messages.attempts}>
        <div className={styles.sectionHead}>
          <h2>{messages.attempts}</h2>
          {attempts.length > 1 && (
            <Button tone="quiet" icon="compare" onPress={() => setIsComparing(true)}>
              {messages.compare}
            </Button>
          )}
        </div>
        <Timeline delivery={delivery} chosen={attempt?.number ?? null} onChoose={setChosen} />
      </section>
      <DetailFacts delivery={delivery} onShow={onShow} />
      {isComparing && <CompareDialog attempts={attempts} onClose={() => setIsComparing(false)} />}
    </aside>
  );
}
