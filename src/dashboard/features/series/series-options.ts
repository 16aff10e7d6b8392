import UPlot, { type Axis, type Options, type Scale, type Series } from 'uplot';
import type { PlotColors } from '../../components/use-colors.ts';
import { formatCompactCount } from '../../intl.ts';
import { formatDay, formatDuration } from '../../time/format-time.ts';
import { partsInZone, zoneChoice } from '../../time/time-zone.ts';

const font = '11px system-ui, sans-serif';

/** The x axis ends at the end of the last step, because each point is drawn at the start of its step. */
const stepScale: Scale = {
  time: true,
  range: ({ data: [x] }, from, to) => [from, to + (to - from) / Math.max(1, x.length - 1)],
};

/**
 * Options for stacked bars, from the bottom: succeeded, failed, retrying, pending. A row of the data contains, for each
 * step, the sum of its part and the parts below it. The row with the largest sums is first.
 */
export function makeBarOptions(colors: PlotColors): Omit<Options, 'width' | 'height'> {
  const bars = UPlot.paths.bars;
  if (!bars) throw new Error('uPlot has no bars');
  const bar = (colour: string) => ({
    fill: colour,
    width: 0,
    paths: bars({ size: [0.78, 28], align: 1 }),
    points: { show: false },
  });
  return {
    ...shared(colors),
    series: [{}, bar(colors['line-strong']), bar(colors.warning), bar(colors.danger), bar(colors.accent)],
    axes: [timeAxis(colors), { ...valueAxis(colors), values: (_, splits) => splits.map(formatTick) }],
    scales: { x: stepScale, y: { range: (_, __, most) => [0, Math.max(4, most * 1.1)] } },
  };
}

/** Options for the success rate of the attempts of each step, in percent. */
export function makeRateOptions(colors: PlotColors): Omit<Options, 'width' | 'height'> {
  return {
    ...shared(colors),
    series: [{}, line(colors.success)],
    axes: [{ show: false }, { ...valueAxis(colors), values: (_, splits) => splits.map(split => `${split}%`) }],
    scales: {
      x: stepScale,
      y: { range: (_, least) => [Math.max(0, Math.min(90, Math.floor(least / 10) * 10 - 10)), 100] },
    },
  };
}

/**
 * Options for the latency of each step in milliseconds, p50 and p95, on a logarithmic scale: latencies can range from
 * milliseconds to a timeout.
 */
export function makeLatencyOptions(colors: PlotColors): Omit<Options, 'width' | 'height'> {
  return {
    ...shared(colors),
    series: [{}, line(colors.info), line(colors.warning)],
    axes: [
      { show: false },
      {
        ...valueAxis(colors),
        splits: decades,
        // Shows every label of the axis. uPlot would leave out labels that are close together.
        filter: (_, splits) => splits,
        values: (_, splits) => splits.map(formatDuration),
      },
    ],
    scales: {
      x: stepScale,
      y: { distr: 3, range: (_, least, most) => decadesAround(least, most) },
    },
  };
}

function line(colour: string): Series {
  return { stroke: colour, width: 1.5, spanGaps: true, points: { show: true, size: 4, width: 0, fill: colour } };
}

function shared(colors: PlotColors): Pick<Options, 'cursor' | 'legend' | 'tzDate' | 'padding'> {
  return {
    legend: { show: false },
    tzDate: seconds => {
      const at = new Date(seconds * 1_000);
      return zoneChoice.get() === 'UTC' ? UPlot.tzDate(at, 'UTC') : at;
    },
    padding: [8, 20, 8, 0],
    cursor: {
      y: false,
      drag: { x: false, y: false },
      sync: { key: 'overview' },
      points: { show: false, stroke: colors.accent },
    },
  };
}

function timeAxis({ 'text-muted': stroke, line }: PlotColors): Axis {
  return {
    stroke,
    font,
    size: 26,
    gap: 4,
    grid: { show: false },
    ticks: { stroke: line, width: 1, size: 4 },
    space: 70,
    values: (_, splits) => splits.map(formatTime),
  };
}

function valueAxis({ 'text-muted': stroke, line }: PlotColors): Axis {
  return { stroke, font, size: 54, gap: 6, grid: { stroke: line, width: 1 }, ticks: { show: false }, space: 34 };
}

/** Formats a label of the time axis: `14:00`, or at midnight the day that begins, such as `22 Nov`. */
function formatTime(seconds: number): string {
  const at = new Date(seconds * 1_000);
  const { hour, minute } = partsInZone(at);
  return hour === '00' && minute === '00' ? formatDay(at) : `${hour}:${minute}`;
}

function formatTick(value: number): string {
  if (!Number.isInteger(value)) return '';
  return formatCompactCount(value);
}

/** Returns the powers of ten below and above the values. If nothing was measured (null), returns 1 ms and 1 s. */
function decadesAround(least: number | null, most: number | null): [number, number] {
  if (least === null || most === null) return [1, 1_000];
  return [10 ** Math.floor(Math.log10(least)), 10 ** Math.ceil(Math.log10(most + 1))];
}

/** Returns the powers of ten of a scale. If there are more than four, returns every second one. */
function decades(_: UPlot, __: number, least: number, most: number): number[] {
  const [from, until] = [Math.round(Math.log10(least)), Math.round(Math.log10(most))];
  const step = until - from > 3 ? 2 : 1;
  return Array.from({ length: Math.floor((until - from) / step) + 1 }, (_unused, index) => 10 ** (from + index * step));
}
