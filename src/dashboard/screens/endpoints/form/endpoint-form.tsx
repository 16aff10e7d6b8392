import type { Settings } from '../../../api/settings.ts';
import { Button } from '../../../components/button.tsx';
import { Segments } from '../../../components/segments.tsx';
import { TextInput } from '../../../components/text-input.tsx';
import { type Draft, isDefault } from './draft.ts';
import { EventTypesField } from './event-types-field.tsx';
import { FormSection } from './form-section.tsx';
import { HeadersField } from './headers-field.tsx';
import { LimitFields } from './limit-fields.tsx';
import { ProblemSummary } from './problem-summary.tsx';
import { ScheduleField } from './schedule-field.tsx';
import { type DraftForm, problemOf } from './use-draft.ts';

const methods = (['POST', 'PUT', 'PATCH'] as const).map(id => ({ id, label: id }));

export interface EndpointFormProps {
  readonly form: DraftForm;
  readonly settings: Settings;
  /** What the main button says, such as `Create endpoint`. */
  readonly submitLabel: string;
  readonly onCancel: () => void;
}

/** Everything that can be set of an endpoint but its status. */
export function EndpointForm({ form, settings, submitLabel, onCancel }: EndpointFormProps) {
  const { draft, problems, change } = form;
  const of = (argument: string) => problemOf(problems, `input.${argument}`);
  const fold = (parts: readonly (keyof Draft)[], ...names: readonly string[]) => ({
    isDefault: isDefault(draft, parts, settings),
    hasProblem: names.some(name => of(name) !== null),
  });
  return (
    <form
      className="endpoint-form"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void form.submit();
      }}
    >
      <ProblemSummary problems={problems} />
      <FormSection title="Destination" about="Where events are sent. Queued deliveries use the new URL.">
        <TextInput
          label="Name"
          name="input.name"
          value={draft.name}
          onChange={name => change({ name })}
          placeholder="Billing"
          maxLength={settings.maxNameLength}
          autoFocus
          problem={of('name')}
        />
        <TextInput
          label="URL"
          name="input.url"
          value={draft.url}
          onChange={url => change({ url })}
          placeholder="https://example.com/hooks/livehook"
          maxLength={settings.maxUrlLength}
          type="url"
          spellCheck="false"
          problem={of('url')}
          hint="http or https. The path and query can contain a template: /hooks/{{ payload.shop.id }}"
        />
        <div className="field">
          <span className="field-label" aria-hidden="true">
            Method
          </span>
          <Segments label="Method" options={methods} value={draft.method} onChange={method => change({ method })} />
        </div>
      </FormSection>
      <FormSection title="Event types" about="Which events the endpoint receives. Leave empty to receive all events.">
        <EventTypesField
          settings={settings}
          types={draft.eventTypes}
          onChange={eventTypes => change({ eventTypes })}
          problem={of('eventTypes')}
        />
      </FormSection>
      <FormSection
        folding={fold(['schedule'], 'retryScheduleSeconds')}
        title="Retries"
        about="Anything but a 2xx response is retried. 410 stops retries."
      >
        <ScheduleField
          settings={settings}
          value={draft.schedule}
          onChange={schedule => change({ schedule })}
          problem={of('retryScheduleSeconds')}
        />
      </FormSection>
      <FormSection
        folding={fold(['headers', 'bodyTemplate'], 'headers', 'bodyTemplate')}
        title="Request"
        about="The body is the payload exactly as published, unless a template replaces it."
      >
        <HeadersField headers={draft.headers} onChange={headers => change({ headers })} problems={problems} />
        <TextInput
          label="Body template"
          name="input.bodyTemplate"
          value={draft.bodyTemplate}
          onChange={bodyTemplate => change({ bodyTemplate })}
          rows={5}
          spellCheck="false"
          placeholder={'{ "text": {{ payload.title | json }} }'}
          problem={of('bodyTemplate')}
          hint="Liquid template. Available: payload, event.id, event.type, event.createdAt, delivery.id, delivery.attempt, endpoint.id and endpoint.name."
        />
      </FormSection>
      <LimitFields settings={settings} draft={draft} onChange={change} problemOf={of} fold={fold} />
      <footer className="endpoint-form-actions">
        <Button onPress={onCancel}>Cancel</Button>
        <Button tone="primary" type="submit" isPending={form.isPending}>
          {form.isPending ? 'Saving…' : submitLabel}
        </Button>
      </footer>
    </form>
  );
}
