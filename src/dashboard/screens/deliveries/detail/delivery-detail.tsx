import { type RefObject, useEffect, useRef, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { describeError } from '../../../api/outcome.ts';
import { Button } from '../../../components/button.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Notice } from '../../../components/notice.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import type { DeliveryActions } from '../../../features/deliveries/use-delivery-actions.ts';
import { PayloadView } from '../../../features/payload/payload-view.tsx';
import { AttemptView } from './attempt-view.tsx';
import { CompareDialog } from './compare-dialog.tsx';
import { DetailActions } from './detail-actions.tsx';
import { DetailFacts } from './detail-facts.tsx';
import { Timeline } from './timeline.tsx';
import { useDetail } from './use-detail.ts';
import { WhyBanner } from './why-banner.tsx';

export interface DeliveryDetailProps {
  readonly id: string;
  readonly actions: DeliveryActions;
  /** Shows another delivery, or with null none. */
  readonly onShow: (id: string | null) => void;
  /** If set, the detail takes the focus once it is there, and unsets it. */
  readonly isEntering: RefObject<boolean>;
}

/** One delivery: why it has its status, the response, the attempts, and what it belongs to. */
export default function DeliveryDetail({ id, actions, onShow, isEntering }: DeliveryDetailProps) {
  const asideRef = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!isEntering.current) return;
    isEntering.current = false;
    asideRef.current?.focus({ preventScroll: true });
  }, [isEntering]);
  const { delivery, error, isLoading, read } = useDetail(id);
  const [chosen, setChosen] = useState<number | null>(null);
  const [isComparing, setIsComparing] = useState(false);
  const close = <Button tone="quiet" icon="close" label="Close" shortcut="Esc" onPress={() => onShow(null)} />;
  if (!delivery) {
    return (
      <aside className="detail" aria-label="Delivery" tabIndex={-1} ref={asideRef}>
        <header className="detail-head">
          <span className="detail-title" />
          {close}
        </header>
        {isLoading ? (
          <div className="log-skeleton" role="status" aria-label="Loading delivery">
            <div className="log-skeleton-row" />
            <div className="log-skeleton-row" />
          </div>
        ) : error ? (
          <Notice
            tone="error"
            icon="alert"
            title="Couldn't load this delivery"
            actions={<Button onPress={() => read({ requestPolicy: 'network-only' })}>Retry</Button>}
          >
            {describeError(error)}
          </Notice>
        ) : (
          <Notice icon="search" title="Delivery not found">
            It may belong to another tenant or have been removed by retention.
          </Notice>
        )}
      </aside>
    );
  }
  const { attempts } = delivery;
  const attempt = attempts.find(({ number }) => number === chosen) ?? attempts.at(-1);
  return (
    <aside className="detail" aria-label="Delivery" tabIndex={-1} ref={asideRef}>
      <header className="detail-head">
        <div className="detail-title">
          <StatusBadge status={delivery.status} />
          <h1 title={delivery.eventType}>{delivery.eventType}</h1>
        </div>
        {close}
      </header>
      <div className="detail-id">
        <code>{delivery.id}</code>
        <CopyButton what="delivery id" text={delivery.id} />
      </div>
      <DetailActions delivery={delivery} attempt={attempt} actions={actions} onShow={onShow} />
      <WhyBanner delivery={delivery} />
      <Tabs className="detail-section tabs" aria-label="Request and response">
        <h2 className="visually-hidden">Request and response</h2>
        <TabList className="tab-list" aria-label="Request and response">
          <Tab id="response" className="tab">
            Response
          </Tab>
          <Tab id="request" className="tab">
            Request
          </Tab>
          <Tab id="payload" className="tab">
            Payload
          </Tab>
        </TabList>
        <TabPanel id="response">
          <AttemptView delivery={delivery} attempt={attempt} side="response" />
        </TabPanel>
        <TabPanel id="request">
          <AttemptView delivery={delivery} attempt={attempt} side="request" />
        </TabPanel>
        <TabPanel id="payload">
          <PayloadView text={delivery.event.payloadText ?? null} />
        </TabPanel>
      </Tabs>
      <section className="detail-section" aria-label="Attempts">
        <div className="detail-section-head">
          <h2>Attempts</h2>
          {attempts.length > 1 && (
            <Button tone="quiet" icon="compare" onPress={() => setIsComparing(true)}>
              Compare
            </Button>
          )}
        </div>
        <Timeline delivery={delivery} chosen={attempt?.number ?? null} onChoose={setChosen} />
      </section>
      <DetailFacts delivery={delivery} onShow={onShow} />
      {attempts.length > 1 && (
        <CompareDialog attempts={attempts} isOpen={isComparing} onClose={() => setIsComparing(false)} />
      )}
    </aside>
  );
}
