import type { Settings } from '../../../api/settings.ts';
import { CheckBox } from '../../../components/check-box.tsx';
import { TextInput } from '../../../components/text-input.tsx';
import { type Draft, isTemplated } from './draft.ts';
import { writeDuration } from './duration.ts';
import { FormSection } from './form-section.tsx';

export interface LimitFieldsProps {
  readonly settings: Settings;
  readonly draft: Draft;
  readonly onChange: (part: Partial<Draft>) => void;
  /** What is wrong with an argument, such as `timeoutMs`; null: nothing. */
  readonly problemOf: (argument: string) => string | null;
}

/** How fast and how long: time, rate, order, and what becomes of an endpoint that keeps failing. */
export function LimitFields({ settings, draft, onChange, problemOf }: LimitFieldsProps) {
  return (
    <>
      <FormSection title="Pace" about="How much the receiver can take. Left empty: what the server is set to.">
        <div className="form-columns">
          <TextInput
            label="Timeout"
            value={draft.timeout}
            onChange={timeout => onChange({ timeout })}
            placeholder={writeDuration(settings.defaultTimeoutMs)}
            problem={problemOf('timeoutMs')}
            hint="For one attempt in all, 100ms to 60s."
          />
          <TextInput
            label="Requests at once"
            value={draft.maxConcurrency}
            onChange={maxConcurrency => onChange({ maxConcurrency })}
            placeholder="As the server"
            inputMode="numeric"
            problem={problemOf('maxConcurrency')}
            hint="Across all senders."
          />
          <TextInput
            label="Requests per second"
            value={draft.rateLimitPerSecond}
            onChange={rateLimitPerSecond => onChange({ rateLimitPerSecond })}
            placeholder="No limit"
            inputMode="decimal"
            problem={problemOf('rateLimitPerSecond')}
            hint="0.1 is one in ten seconds."
          />
        </div>
        <CheckBox
          label="In order, one at a time"
          isChecked={draft.isOrdered}
          onChange={isOrdered => onChange({ isOrdered })}
          hint="As they were published (FIFO). One that waits for its retry holds the ones behind it."
        />
      </FormSection>
      <FormSection title="When it fails" about="It is told of as livehook.endpoint.failing before it is disabled.">
        <div className="form-columns">
          <TextInput
            label="Disable after failing for"
            value={draft.disableAfter}
            onChange={disableAfter => onChange({ disableAfter })}
            placeholder={
              settings.defaultDisableAfterSeconds === 0
                ? 'Never'
                : writeDuration(settings.defaultDisableAfterSeconds * 1_000)
            }
            problem={problemOf('disableAfterSeconds')}
            hint="Without a single success. 0: never."
          />
        </div>
        <CheckBox
          label="Disable it on 410 Gone"
          isChecked={draft.disableOnGone ?? !isTemplated(draft.url)}
          onChange={disableOnGone => onChange({ disableOnGone })}
          hint="The receiver says so that it wants no more. Not by default where the URL is a template: one page may be gone, and not the receiver."
        />
        <CheckBox
          label="Keep the bodies of responses"
          isChecked={draft.storeResponseBody}
          onChange={storeResponseBody => onChange({ storeResponseBody })}
          hint="To see what the receiver answered. Status and headers are kept in any case."
        />
      </FormSection>
    </>
  );
}
