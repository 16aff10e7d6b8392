import type { Settings } from '../../../api/settings.ts';
import { CheckBox } from '../../../components/check-box.tsx';
import { TextInput } from '../../../components/text-input.tsx';
import { messages } from '../messages.ts';
import { type Draft, isTemplated } from './draft.ts';
import { writeDuration } from './duration.ts';
import styles from './endpoint-form.module.css';
import { FormSection, type FormSectionProps } from './form-section.tsx';

export interface LimitFieldsProps {
  readonly settings: Settings;
  readonly draft: Draft;
  readonly onChange: (part: Partial<Draft>) => void;
  /** Returns why an argument such as `timeoutMs` is invalid. Null if it is valid. */
  readonly problemOf: (argument: string) => string | null;
  /** Returns the folding state of a section with these fields of the draft and these arguments of the API. */
  readonly fold: (
    parts: readonly (keyof Draft)[],
    ...names: readonly string[]
  ) => NonNullable<FormSectionProps['folding']>;
}

/** The fields for timeout, rate, concurrency and ordering, and for what happens to an endpoint that keeps failing. */
export function LimitFields({ settings, draft, onChange, problemOf, fold }: LimitFieldsProps) {
  return (
    <>
      <FormSection
        folding={fold(
          ['timeout', 'maxConcurrency', 'rateLimitPerSecond', 'isOrdered'],
          'timeoutMs',
          'maxConcurrency',
          'rateLimitPerSecond',
        )}
        title={messages.rateLimits}
        about={messages.rateLimitsAbout}
      >
        <div className={styles.columns}>
          <TextInput
            label={messages.timeout}
            name="input.timeoutMs"
            value={draft.timeout}
            onChange={timeout => onChange({ timeout })}
            placeholder={writeDuration(settings.defaultTimeoutMs)}
            problem={problemOf('timeoutMs')}
            hint={messages.timeoutHint(writeDuration(settings.minTimeoutMs), writeDuration(settings.maxTimeoutMs))}
          />
          <TextInput
            label={messages.maxConcurrentRequests}
            name="input.maxConcurrency"
            value={draft.maxConcurrency}
            onChange={maxConcurrency => onChange({ maxConcurrency })}
            placeholder={messages.serverDefault}
            inputMode="numeric"
            problem={problemOf('maxConcurrency')}
            hint={messages.maxConcurrencyHint}
          />
          <TextInput
            label={messages.requestsPerSecond}
            name="input.rateLimitPerSecond"
            value={draft.rateLimitPerSecond}
            onChange={rateLimitPerSecond => onChange({ rateLimitPerSecond })}
            placeholder={messages.noLimit}
            inputMode="decimal"
            problem={problemOf('rateLimitPerSecond')}
            hint={messages.requestsPerSecondHint}
          />
        </div>
        <CheckBox
          label={messages.orderingLabel}
          isChecked={draft.isOrdered}
          onChange={isOrdered => onChange({ isOrdered })}
          hint={messages.orderingHint}
        />
      </FormSection>
      <FormSection
        folding={fold(['disableAfter', 'disableOnGone', 'storeResponseBody'], 'disableAfterSeconds')}
        title={messages.failureHandling}
        about={messages.failureHandlingAbout}
      >
        <div className={styles.columns}>
          <TextInput
            label={messages.disableAfterFailing}
            name="input.disableAfterSeconds"
            value={draft.disableAfter}
            onChange={disableAfter => onChange({ disableAfter })}
            placeholder={
              settings.defaultDisableAfterSeconds === 0
                ? messages.never
                : writeDuration(settings.defaultDisableAfterSeconds * 1_000)
            }
            problem={problemOf('disableAfterSeconds')}
            hint={messages.disableAfterHint}
          />
        </div>
        <CheckBox
          label={messages.disableOn410Gone}
          isChecked={draft.disableOnGone ?? !isTemplated(draft.url)}
          onChange={disableOnGone => onChange({ disableOnGone })}
          hint={messages.disableOn410Hint}
        />
        <CheckBox
          label={messages.storeResponseBodies}
          isChecked={draft.storeResponseBody}
          onChange={storeResponseBody => onChange({ storeResponseBody })}
          hint={messages.storeResponseBodiesHint}
        />
      </FormSection>
    </>
  );
}
