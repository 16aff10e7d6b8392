import type { Settings } from '../../../api/settings.ts';
import { Segments } from '../../../components/segments.tsx';
import { TextInput } from '../../../components/text-input.tsx';
import { writeDuration } from './duration.ts';
import { findPreset, listPresets, readSchedule, writeSchedule } from './schedules.ts';

export interface ScheduleFieldProps {
  readonly settings: Settings;
  /** Such as `5s, 5m, 30m`. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly problem: string | null;
}

/** When a failed delivery is tried again: a preset, or steps of one's own, and what they come to. */
export function ScheduleField({ settings, value, onChange, problem }: ScheduleFieldProps) {
  const steps = readSchedule(value);
  const presets = listPresets(settings);
  return (
    <>
      <Segments
        label="Retry schedule"
        options={presets}
        value={findPreset(steps, settings)?.id ?? null}
        onChange={id => onChange(writeSchedule(presets.find(preset => preset.id === id)?.steps ?? []))}
      />
      <TextInput
        label="Delay after each failed attempt"
        name="input.retryScheduleSeconds"
        value={value}
        onChange={onChange}
        placeholder="None: one attempt"
        spellCheck="false"
        problem={problem}
        hint="Comma-separated delays such as 30s, 5m, 2h, 1d, with ±10% jitter."
      />
      {problem === null && <Outlook steps={steps.filter(step => step !== null)} />}
    </>
  );
}

/** Each attempt with the time since the first, in words and as marks on a line. */
function Outlook({ steps }: { readonly steps: readonly number[] }) {
  const atSeconds = [0];
  for (const step of steps) atSeconds.push((atSeconds.at(-1) ?? 0) + step);
  const lastSeconds = atSeconds.at(-1) ?? 0;
  // Early steps lie close together: the line is logarithmic.
  const placeOf = (seconds: number) => (lastSeconds === 0 ? 0 : Math.log1p(seconds) / Math.log1p(lastSeconds));
  return (
    <div className="schedule-outlook">
      <p className="field-hint">
        {steps.length === 0
          ? 'One attempt, no retries.'
          : `${atSeconds.length} attempts; the last one ${writeDuration(lastSeconds * 1_000)} after the first.`}
      </p>
      {steps.length > 0 && (
        <ol className="schedule-line" aria-label="Attempts">
          {atSeconds.map((seconds, index) => (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: an attempt is its number.
              key={index}
              style={{ left: `${placeOf(seconds) * 100}%` }}
              title={`Attempt ${index + 1}: ${index === 0 ? 'at once' : `after ${writeDuration(seconds * 1_000)}`}`}
            >
              <span className="visually-hidden">
                Attempt {index + 1} {index === 0 ? 'at once' : `after ${writeDuration(seconds * 1_000)}`}
              </span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
