import type { Settings } from '../../../api/settings.ts';
import fieldStyles from '../../../components/field.module.css';
import { Segments } from '../../../components/segments.tsx';
import { TextInput } from '../../../components/text-input.tsx';
import { messages } from '../messages.ts';
import { writeDuration } from './duration.ts';
import styles from './endpoint-form.module.css';
import { findPreset, listPresets, readSchedule, writeSchedule } from './schedules.ts';

export interface ScheduleFieldProps {
  readonly settings: Settings;
  /** The delays as the user typed them: `5s, 5m, 30m`. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly problem: string | null;
}

/** The field for the retry schedule: a preset or custom delays, with a preview of the resulting attempts. */
export function ScheduleField({ settings, value, onChange, problem }: ScheduleFieldProps) {
  const steps = readSchedule(value);
  const presets = listPresets(settings);
  return (
    <>
      <Segments
        label={messages.retrySchedule}
        options={presets}
        value={findPreset(steps, settings)?.id ?? null}
        onChange={id => onChange(writeSchedule(presets.find(preset => preset.id === id)?.steps ?? []))}
      />
      <TextInput
        label={messages.delayAfterEachFailedAttempt}
        name="input.retryScheduleSeconds"
        value={value}
        onChange={onChange}
        placeholder={messages.noneOneAttempt}
        spellCheck="false"
        problem={problem}
        hint={messages.scheduleHint}
      />
      {problem === null && <Outlook steps={steps.filter(step => step !== null)} />}
    </>
  );
}

/** A preview of the attempts with the time since the first one, as text and as marks on a time line. */
function Outlook({ steps }: { readonly steps: readonly number[] }) {
  const atSeconds = [0];
  for (const step of steps) atSeconds.push((atSeconds.at(-1) ?? 0) + step);
  const lastSeconds = atSeconds.at(-1) ?? 0;
  // The time line is logarithmic, because the first attempts are close together.
  const placeOf = (seconds: number) => (lastSeconds === 0 ? 0 : Math.log1p(seconds) / Math.log1p(lastSeconds));
  return (
    <div className={styles.scheduleOutlook}>
      <p className={fieldStyles.hint}>
        {steps.length === 0
          ? messages.oneAttemptNoRetries
          : messages.schedulePreview(atSeconds.length, writeDuration(lastSeconds * 1_000))}
      </p>
      {steps.length > 0 && (
        <ol className={styles.scheduleLine} aria-label={messages.attempts}>
          {atSeconds.map((seconds, index) => (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: an attempt is its number.
              key={index}
              style={{ left: `${placeOf(seconds) * 100}%` }}
              title={messages.attempt(
                index + 1,
                index === 0 ? messages.firstAttemptAtOnce : messages.attemptAfter(writeDuration(seconds * 1_000)),
              )}
            >
              <span className="visually-hidden">
                {messages.attemptSpoken(
                  index + 1,
                  index === 0 ? messages.firstAttemptAtOnce : messages.attemptAfter(writeDuration(seconds * 1_000)),
                )}
              </span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
