import { parseDuration, writeDuration } from './duration.ts';

export interface SchedulePreset {
  readonly id: string;
  readonly label: string;
  /** Seconds after each failed attempt. */
  readonly steps: readonly number[];
}

const defaultId = 'default';

/** The schedules that people ask for. The first is what the server takes where an endpoint has none of its own. */
export const schedulePresets: readonly SchedulePreset[] = [
  {
    id: defaultId,
    label: 'Default, 75 hours',
    steps: [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400],
  },
  { id: 'short', label: 'Three in 30 minutes', steps: [60, 300, 1_440] },
  {
    id: 'long',
    label: 'Eight, 1 minute to 72 hours',
    steps: [60, 300, 900, 3_600, 14_400, 43_200, 86_400, 259_200],
  },
  { id: 'none', label: 'No retries', steps: [] },
];

/** `5s, 5m, 30m`. */
export function writeSchedule(steps: readonly number[]): string {
  return steps.map(seconds => writeDuration(seconds * 1_000)).join(', ');
}

/** The steps of a text such as `5s, 5m, 30m`, in seconds; null for each that is no duration. */
export function readSchedule(text: string): (number | null)[] {
  if (text.trim() === '') return [];
  return text.split(/[,;\n]/).map(step => {
    const stepMs = parseDuration(step);
    return stepMs === null ? null : Math.round(stepMs / 1_000);
  });
}

/** The preset that these steps are; null: none. */
export function findPreset(steps: readonly (number | null)[]): SchedulePreset | null {
  return schedulePresets.find(preset => preset.steps.join() === steps.join()) ?? null;
}

/** What the server calls the schedule: null for its default. */
export function scheduleInput(steps: readonly number[]): number[] | null {
  return findPreset(steps)?.id === defaultId ? null : [...steps];
}
