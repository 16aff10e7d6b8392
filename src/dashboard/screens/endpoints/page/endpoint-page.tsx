import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { usePolledQuery } from '../../../api/use-polled-query.ts';
import { useViewer } from '../../../api/viewer.ts';
import { classNames } from '../../../components/class-names.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import fieldStyles from '../../../components/field.module.css';
import { Icon } from '../../../components/icons.tsx';
import { OlderData } from '../../../components/older-data.tsx';
import { useShortcuts } from '../../../components/use-shortcuts.ts';
import { DeleteDialog } from '../delete-dialog.tsx';
import { EndpointQuery } from '../documents.ts';
import { EndpointStatus } from '../endpoint-status.tsx';
import endpointsStyles from '../endpoints.module.css';
import { messages } from '../messages.ts';
import { NoEndpoint } from '../no-endpoint.tsx';
import { TestEventDialog } from '../test-event-dialog.tsx';
import { useEndpointActions } from '../use-endpoint-actions.ts';
import { EndpointFailures } from './endpoint-failures.tsx';
import styles from './endpoint-page.module.css';
import { HealthCards } from './health-cards.tsx';
import { LatestDeliveries } from './latest-deliveries.tsx';
import { PageActions } from './page-actions.tsx';
import { SecretPanel } from './secret-panel.tsx';
import { SettingsPanel } from './settings-panel.tsx';
import { StatsPanel } from './stats-panel.tsx';
import { StatusBanner } from './status-banner.tsx';

const refreshMs = 5_000;

/** The page of an endpoint: its health, its deliveries and its settings. */
export default function EndpointPage({ id }: { readonly id: string }) {
  const [, navigate] = useLocation();
  const { may } = useViewer();
  const [isTesting, setIsTesting] = useState(false);
  const [isDeleting, setIsDeleting] = useState(false);
  const { data, problem, refresh } = usePolledQuery({
    query: EndpointQuery,
    variablesAt: () => ({ id }),
    key: id,
    everyMs: refreshMs,
    // An endpoint that is null because of an error may exist.
    isEnough: (read, hasErrors) => read.endpoint !== null || !hasErrors,
  });
  const actions = useEndpointActions(refresh);
  const endpoint = data?.endpoint;
  const mayManage = may('ENDPOINTS_MANAGE') && !endpoint?.deletedAt;
  useShortcuts({
    ...(mayManage && { e: () => navigate(`/endpoints/${id}/edit`), t: () => setIsTesting(true) }),
    Escape: () => navigate('/endpoints'),
  });
  if (!endpoint) {
    const reason = data || problem === null ? null : messages.retryingEvery5Seconds(problem);
    return <NoEndpoint isLoading={!data && problem === null} reason={reason} onRetry={refresh} />;
  }
  const { name, url, method, health } = endpoint;
  return (
    <div className={styles.page}>
      <Link href="/endpoints" className={classNames(endpointsStyles.back)}>
        <Icon name="chevronLeft" /> {messages.endpoints}
      </Link>
      <header className={styles.pageHead}>
        <div className={styles.title}>
          <h1 title={name}>{name}</h1>
          <EndpointStatus
            status={endpoint.status}
            isFailing={health?.isFailing ?? false}
            isDeleted={Boolean(endpoint.deletedAt)}
          />
        </div>
        <PageActions
          endpoint={endpoint}
          actions={actions}
          mayManage={mayManage}
          onTest={() => setIsTesting(true)}
          onDelete={() => setIsDeleting(true)}
        />
      </header>
      <p className={styles.pageUrl}>
        <span className="muted">{method}</span>
        <code>{url}</code>
        <CopyButton what={messages.url} text={url} />
      </p>
      <OlderData problem={problem} />
      <StatusBanner endpoint={endpoint} actions={actions} mayManage={mayManage} />
      {health ? (
        <HealthCards endpointId={id} health={health} />
      ) : (
        <p className={fieldStyles.problem}>{messages.couldntLoadHealth}</p>
      )}
      <div className={styles.columns}>
        <div className={styles.main}>
          {may('DELIVERIES_READ') && (
            <>
              <StatsPanel endpointId={id} health={health} />
              <EndpointFailures endpointId={id} />
              <LatestDeliveries endpointId={id} />
            </>
          )}
        </div>
        <div className={styles.side}>
          {mayManage && <SecretPanel endpoint={endpoint} onChanged={refresh} />}
          <SettingsPanel endpoint={endpoint} mayManage={mayManage} />
        </div>
      </div>
      <TestEventDialog endpoint={isTesting ? endpoint : null} onClose={() => setIsTesting(false)} />
      <DeleteDialog
        endpoint={isDeleting ? endpoint : null}
        actions={actions}
        onClose={() => setIsDeleting(false)}
        onDeleted={() => navigate('/endpoints')}
      />
    </div>
  );
}
