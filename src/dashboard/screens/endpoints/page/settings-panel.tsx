import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useSettings } from '../../../api/settings.ts';
import { Badge } from '../../../components/badge.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { RelativeTime } from '../../../components/relative-time.tsx';
import type { ShownEndpoint } from '../documents.ts';
import { writeDuration } from '../form/duration.ts';
import { findPreset, writeSchedule } from '../form/schedules.ts';

export interface SettingsPanelProps {
  readonly endpoint: ShownEndpoint;
  readonly mayManage: boolean;
}

/** How the endpoint is set up. */
export function SettingsPanel({ endpoint, mayManage }: SettingsPanelProps) {
  const { settings } = useSettings();
  const { id, eventTypes, headers, retryScheduleSeconds: steps, disableAfterSeconds } = endpoint;
  return (
    <section className="endpoint-card" aria-label="Settings">
      <header className="endpoint-card-head">
        <h2>Settings</h2>
        {mayManage && <Link href={`/endpoints/${id}/edit`}>Edit</Link>}
      </header>
      <dl className="endpoint-facts">
        <Fact name="ID">
          <span className="fact-id">
            <code className="truncate" title={id}>
              {id}
            </code>
            <CopyButton what="endpoint ID" text={id} />
          </span>
        </Fact>
        <Fact name="Events">
          {eventTypes.length === 0
            ? 'All'
            : eventTypes.map(type => (
                <span key={type} className="fact-line truncate" title={type}>
                  {type}
                </span>
              ))}
        </Fact>
        <Fact name="Retries">
          {steps.length === 0 ? 'None' : ((settings && findPreset(steps, settings)?.label) ?? `${steps.length}`)}
          <span className="fact-line muted">{writeSchedule(steps)}</span>
        </Fact>
        <Fact name="Headers">
          {headers.length === 0
            ? 'None'
            : headers.map(({ name, value, secret }) => (
                <span key={name} className="fact-line">
                  <span className="mono">{name}</span> {secret ? <Badge>secret</Badge> : <span>{value}</span>}
                </span>
              ))}
        </Fact>
        <Fact name="Body">{endpoint.bodyTemplate ? 'Template' : 'Original payload'}</Fact>
        <Fact name="Timeout">{writeDuration(endpoint.timeoutMs)}</Fact>
        <Fact name="Concurrency">{endpoint.maxConcurrency ?? 'Server default'}</Fact>
        <Fact name="Rate limit">{endpoint.rateLimitPerSecond ? `${endpoint.rateLimitPerSecond}/s` : 'No limit'}</Fact>
        <Fact name="Ordering">{endpoint.ordering === 'FIFO' ? 'In order, one at a time' : 'None'}</Fact>
        <Fact name="Auto-disable">
          {disableAfterSeconds === 0 ? 'Never' : `After ${writeDuration(disableAfterSeconds * 1_000)} of failures`}
          {endpoint.disableOnGone && <span className="fact-line">On 410 Gone</span>}
        </Fact>
        <Fact name="Responses">{endpoint.storeResponseBody ? 'Bodies stored' : 'Bodies not stored'}</Fact>
        <Fact name="Created">
          <RelativeTime at={endpoint.createdAt} absolute="inline" />
        </Fact>
        <Fact name="Updated">
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
