import type { Settings } from '../../../api/settings.ts';
import { messages } from '../messages.ts';
import { parseDuration, writeDuration } from './duration.ts';

export interface SchedulePreset {
  readonly id: string;
  readonly label: string;
  /** The delays after each failed attempt in seconds. */
  readonly steps: readonly number[];
}

type ScheduleSettings = Pick<Settings, 'defaultRetryScheduleSeconds'>;

const defaultId = 'default';

const presets: readonly SchedulePreset[] = [
  { id: 'short', label: messages.shortSchedule, steps: [60, 300, 1_440] },
  {
    id: 'long',
    label: messages.longSchedule,
    steps: [60, 300, 900, 3_600, 14_400, 43_200, 86_400, 259_200],
  },
  { id: 'none', label: messages.noRetries, steps: [] },
];

/** The presets for retry schedules: the default of the server and other common ones. */
export function listPresets({ defaultRetryScheduleSeconds: steps }: ScheduleSettings): readonly SchedulePreset[] {
  return [{ id: defaultId, label: messages.defaultSchedule(summarize(steps)), steps }, ...presets];
}

/** Describes a schedule by its number of retries and duration: `9 over 75 h`. */
function summarize(steps: readonly number[]): string {
  if (steps.length === 0) return messages.noRetriesInSentence;
  const minutes = Math.floor(steps.reduce((sum, step) => sum + step, 0) / 60);
  return messages.retriesOver(
    steps.length,
    minutes < 120 ? messages.minutesInPhrase(minutes) : `${Math.floor(minutes / 60)} h`,
  );
}

/** Formats a schedule as `5s, 5m, 30m`. */
export function writeSchedule(steps: readonly number[]): string {
  return steps.map(seconds => writeDuration(seconds * 1_000)).join(', ');
}

/** Parses a schedule such as `5s, 5m, 30m` to seconds. An invalid duration becomes null. */
export function readSchedule(text: string): (number | null)[] {
  if (text.trim() === '') return [];
  return text.split(/[,;\n]/).map(step => {
    const stepMs = parseDuration(step);
    return stepMs === null ? null : Math.round(stepMs / 1_000);
  });
}

/** The preset with these steps. Null if there is none. */
export function findPreset(steps: readonly (number | null)[], settings: ScheduleSettings): SchedulePreset | null {
  return listPresets(settings).find(preset => preset.steps.join() === steps.join()) ?? null;
}

/** The schedule as an input of the API: null for the default of the server. */
export function scheduleInput(steps: readonly number[], settings: ScheduleSettings): number[] | null {
  return findPreset(steps, settings)?.id === defaultId ? null : [...steps];
}
