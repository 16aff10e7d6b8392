import type { Settings } from '../../../api/settings.ts';
import { Button } from '../../../components/button.tsx';
import fieldStyles from '../../../components/field.module.css';
import { Segments } from '../../../components/segments.tsx';
import { TextInput } from '../../../components/text-input.tsx';
import endpointsStyles from '../endpoints.module.css';
import { messages } from '../messages.ts';
import { type Draft, isDefault } from './draft.ts';
import styles from './endpoint-form.module.css';
import { EventTypesField } from './event-types-field.tsx';
import { FormSection } from './form-section.tsx';
import { HeadersField } from './headers-field.tsx';
import { LimitFields } from './limit-fields.tsx';
import { ProblemSummary } from './problem-summary.tsx';
import { ScheduleField } from './schedule-field.tsx';
import { type DraftForm, endpointFormId, problemOf } from './use-draft.ts';

const methods = (['POST', 'PUT', 'PATCH'] as const).map(id => ({ id, label: id }));

export interface EndpointFormProps {
  readonly form: DraftForm;
  readonly settings: Settings;
  /** The text of the submit button, such as `Create endpoint`. */
  readonly submitLabel: string;
  readonly onCancel: () => void;
}

/** The form for all settings of an endpoint except its status. */
export function EndpointForm({ form, settings, submitLabel, onCancel }: EndpointFormProps) {
  const { draft, problems, change } = form;
  const of = (argument: string) => problemOf(problems, `input.${argument}`);
  const fold = (parts: readonly (keyof Draft)[], ...names: readonly string[]) => ({
    isDefault: isDefault(draft, parts, settings),
    hasProblem: names.some(name => of(name) !== null),
  });
  return (
    <form
      id={endpointFormId}
      className={styles.form}
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void form.submit();
      }}
    >
      <ProblemSummary problems={problems} />
      <FormSection title={messages.destination} about={messages.destinationAbout}>
        <TextInput
          label={messages.name}
          name="input.name"
          value={draft.name}
          onChange={name => change({ name })}
          placeholder={messages.nameExample}
          maxLength={settings.maxNameLength}
          autoFocus
          problem={of('name')}
        />
        <TextInput
          label={messages.url}
          name="input.url"
          value={draft.url}
          onChange={url => change({ url })}
          placeholder={messages.urlExample}
          maxLength={settings.maxUrlLength}
          type="url"
          spellCheck="false"
          problem={of('url')}
          hint={messages.urlHint}
        />
        <div className={fieldStyles.field}>
          <span className={fieldStyles.label} aria-hidden="true">
            {messages.method}
          </span>
          <Segments
            label={messages.method}
            options={methods}
            value={draft.method}
            onChange={method => change({ method })}
          />
        </div>
      </FormSection>
      <FormSection title={messages.eventTypes} about={messages.eventTypesAbout}>
        <EventTypesField
          settings={settings}
          types={draft.eventTypes}
          onChange={eventTypes => change({ eventTypes })}
          problem={of('eventTypes')}
        />
      </FormSection>
      <FormSection
        folding={fold(['schedule'], 'retryScheduleSeconds')}
        title={messages.retries}
        about={messages.retriesAbout}
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
        title={messages.request}
        about={messages.requestAbout}
      >
        <HeadersField headers={draft.headers} onChange={headers => change({ headers })} problems={problems} />
        <TextInput
          label={messages.bodyTemplate}
          name="input.bodyTemplate"
          value={draft.bodyTemplate}
          onChange={bodyTemplate => change({ bodyTemplate })}
          rows={5}
          spellCheck="false"
          placeholder={messages.bodyTemplateExample}
          problem={of('bodyTemplate')}
          hint={messages.bodyTemplateHint}
        />
      </FormSection>
      <LimitFields settings={settings} draft={draft} onChange={change} problemOf={of} fold={fold} />
      <footer className={endpointsStyles.formActions}>
        <Button onPress={onCancel}>{messages.cancel}</Button>
        <Button tone="primary" type="submit" isPending={form.isPending}>
          {form.isPending ? messages.saving : submitLabel}
        </Button>
      </footer>
    </form>
  );
}
