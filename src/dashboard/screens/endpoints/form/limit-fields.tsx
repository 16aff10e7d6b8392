import type { Settings } from '../../../api/settings.ts';
import { CheckBox } from '../../../components/check-box.tsx';
import { TextInput } from '../../../components/text-input.tsx';
import { type Draft, isTemplated } from './draft.ts';
import { writeDuration } from './duration.ts';
import { FormSection, type FormSectionProps } from './form-section.tsx';

export interface LimitFieldsProps {
  readonly settings: Settings;
  readonly draft: Draft;
  readonly onChange: (part: Partial<Draft>) => void;
  /** What is wrong with an argument, such as `timeoutMs`; null: nothing. */
  readonly problemOf: (argument: string) => string | null;
  /** How a section with these parts of the draft and these arguments is folded. */
  readonly fold: (
    parts: readonly (keyof Draft)[],
    ...names: readonly string[]
  ) => NonNullable<FormSectionProps['folding']>;
}

/** How fast and how long: time, rate, order, and what becomes of an endpoint that keeps failing. */
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
        title="Rate limits"
        about="How many requests the endpoint can handle. Leave empty for the server default."
      >
        <div className="form-columns">
          <TextInput
            label="Timeout"
            name="input.timeoutMs"
            value={draft.timeout}
            onChange={timeout => onChange({ timeout })}
            placeholder={writeDuration(settings.defaultTimeoutMs)}
            problem={problemOf('timeoutMs')}
            hint={`For the whole attempt: ${writeDuration(settings.minTimeoutMs)} to ${writeDuration(settings.maxTimeoutMs)}.`}
          />
          <TextInput
            label="Max concurrent requests"
            name="input.maxConcurrency"
            value={draft.maxConcurrency}
            onChange={maxConcurrency => onChange({ maxConcurrency })}
            placeholder="Server default"
            inputMode="numeric"
            problem={problemOf('maxConcurrency')}
            hint="Across all senders."
          />
          <TextInput
            label="Requests per second"
            name="input.rateLimitPerSecond"
            value={draft.rateLimitPerSecond}
            onChange={rateLimitPerSecond => onChange({ rateLimitPerSecond })}
            placeholder="No limit"
            inputMode="decimal"
            problem={problemOf('rateLimitPerSecond')}
            hint="0.1 means one request every 10 seconds."
          />
        </div>
        <CheckBox
          label="Deliver in order, one at a time"
          isChecked={draft.isOrdered}
          onChange={isOrdered => onChange({ isOrdered })}
          hint="In the order of publishing (FIFO). A delivery that waits for a retry holds back the ones after it."
        />
      </FormSection>
      <FormSection
        folding={fold(['disableAfter', 'disableOnGone', 'storeResponseBody'], 'disableAfterSeconds')}
        title="Failure handling"
        about="You get a livehook.endpoint.failing event before the endpoint is disabled."
      >
        <div className="form-columns">
          <TextInput
            label="Disable after failing for"
            name="input.disableAfterSeconds"
            value={draft.disableAfter}
            onChange={disableAfter => onChange({ disableAfter })}
            placeholder={
              settings.defaultDisableAfterSeconds === 0
                ? 'Never'
                : writeDuration(settings.defaultDisableAfterSeconds * 1_000)
            }
            problem={problemOf('disableAfterSeconds')}
            hint="Time without a success. 0 = never."
          />
        </div>
        <CheckBox
          label="Disable on 410 Gone"
          isChecked={draft.disableOnGone ?? !isTemplated(draft.url)}
          onChange={disableOnGone => onChange({ disableOnGone })}
          hint="410 means the receiver no longer wants events. Off by default for templated URLs."
        />
        <CheckBox
          label="Store response bodies"
          isChecked={draft.storeResponseBody}
          onChange={storeResponseBody => onChange({ storeResponseBody })}
          hint="Status and headers are always stored."
        />
      </FormSection>
    </>
  );
}
