import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useSettings } from '../../../api/settings.ts';
import { Badge } from '../../../components/badge.tsx';
import { classNames } from '../../../components/class-names.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { RelativeTime } from '../../../components/relative-time.tsx';
import type { ShownEndpoint } from '../documents.ts';
import endpointsStyles from '../endpoints.module.css';
import { writeDuration } from '../form/duration.ts';
import { findPreset, writeSchedule } from '../form/schedules.ts';
import { messages } from '../messages.ts';
import styles from './endpoint-page.module.css';

export interface SettingsPanelProps {
  readonly endpoint: ShownEndpoint;
  readonly mayManage: boolean;
}

/** A list of the settings of the endpoint. */
export function SettingsPanel({ endpoint, mayManage }: SettingsPanelProps) {
  const { settings } = useSettings();
  const { id, eventTypes, headers, retryScheduleSeconds: steps, disableAfterSeconds } = endpoint;
  return (
    <section className={endpointsStyles.card} aria-label={messages.settings}>
      <header className={endpointsStyles.cardHead}>
        <h2>{messages.settings}</h2>
        {mayManage && <Link href={`/endpoints/${id}/edit`}>{messages.edit}</Link>}
      </header>
      <dl className={styles.facts}>
        <Fact name={messages.id}>
          <span className={styles.factId}>
            <code className="truncate" title={id}>
              {id}
            </code>
            <CopyButton what={messages.endpointIdToCopy} text={id} />
          </span>
        </Fact>
        <Fact name={messages.events}>
          {eventTypes.length === 0
            ? messages.all
            : eventTypes.map(type => (
                <span key={type} className={classNames(styles.factLine, 'truncate')} title={type}>
                  {type}
                </span>
              ))}
        </Fact>
        <Fact name={messages.retries}>
          {steps.length === 0 ? messages.none : ((settings && findPreset(steps, settings)?.label) ?? `${steps.length}`)}
          <span className={classNames(styles.factLine, 'muted')}>{writeSchedule(steps)}</span>
        </Fact>
        <Fact name={messages.headers}>
          {headers.length === 0
            ? messages.none
            : headers.map(({ name, value, secret }) => (
                <span key={name} className={styles.factLine}>
                  <span className="mono">{name}</span>{' '}
                  {secret ? <Badge>{messages.secretToCopy}</Badge> : <span>{value}</span>}
                </span>
              ))}
        </Fact>
        <Fact name={messages.body}>{endpoint.bodyTemplate ? messages.template : messages.originalPayload}</Fact>
        <Fact name={messages.timeout}>{writeDuration(endpoint.timeoutMs)}</Fact>
        <Fact name={messages.concurrency}>{endpoint.maxConcurrency ?? messages.serverDefault}</Fact>
        <Fact name={messages.rateLimit}>
          {endpoint.rateLimitPerSecond ? messages.perSecond(endpoint.rateLimitPerSecond) : messages.noLimit}
        </Fact>
        <Fact name={messages.ordering}>{endpoint.ordering === 'FIFO' ? messages.orderingFifo : messages.none}</Fact>
        <Fact name={messages.autoDisable}>
          {disableAfterSeconds === 0
            ? messages.never
            : messages.afterOfFailures(writeDuration(disableAfterSeconds * 1_000))}
          {endpoint.disableOnGone && <span className={styles.factLine}>{messages.on410Gone}</span>}
        </Fact>
        <Fact name={messages.responses}>
          {endpoint.storeResponseBody ? messages.bodiesStored : messages.bodiesNotStored}
        </Fact>
        <Fact name={messages.created}>
          <RelativeTime at={endpoint.createdAt} absolute="inline" />
        </Fact>
        <Fact name={messages.updated}>
          <RelativeTime at={endpoint.updatedAt} absolute="inline" />
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
