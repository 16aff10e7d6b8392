import 'uplot/dist/uPlot.min.css';
import { useEffect, useLayoutEffect, useRef } from 'react';
import UPlot, { type AlignedData, type Options } from 'uplot';
import { type PlotColors, useColors } from './use-colors.ts';

export interface PlotProps {
  /** The x values in Unix seconds, oldest first, followed by one row of values for each series. */
  readonly data: AlignedData;
  /** The height in pixels. The width is that of the container. */
  readonly height: number;
  /** Describes the chart in one sentence, for screen readers. */
  readonly label: string;
  /** Returns the options of the chart. Called again when the theme changes. Define it outside of the component. */
  readonly makeOptions: (colors: PlotColors) => Omit<Options, 'width' | 'height'>;
  /**
   * Called when the pointer moves: with the index of the nearest data point and its distance from the left edge in
   * pixels, or null if the pointer is outside.
   */
  readonly onPoint?: (at: { readonly index: number; readonly left: number } | null) => void;
  readonly onPick?: (index: number) => void;
}

/** A chart on a canvas. Load it lazily, and also show the same values as text for screen readers. */
export default function Plot({ data, height, label, makeOptions, onPoint, onPick }: PlotProps) {
  const hostRef = useRef<HTMLDivElement>(null);
  const plotRef = useRef<UPlot | null>(null);
  const latest = useRef({ data, onPoint, onPick });
  latest.current = { data, onPoint, onPick };
  const colors = useColors();
  useLayoutEffect(() => {
    const host = hostRef.current;
    if (!host) return;
    const options = makeOptions(colors);
    const setCursor = ({ cursor, over }: UPlot) => {
      const { idx, left = -1 } = cursor;
      const isInside = idx !== null && idx !== undefined && left >= 0;
      latest.current.onPoint?.(isInside ? { index: idx, left: left + over.offsetLeft } : null);
    };
    const plot = new UPlot(
      { ...options, width: host.clientWidth, height, hooks: { ...options.hooks, setCursor: [setCursor] } },
      latest.current.data,
      host,
    );
    plot.over.addEventListener('click', () => {
      const { idx } = plot.cursor;
      if (idx !== null && idx !== undefined) latest.current.onPick?.(idx);
    });
    plotRef.current = plot;
    const resizing = new ResizeObserver(() => plot.setSize({ width: host.clientWidth, height }));
    resizing.observe(host);
    return () => {
      resizing.disconnect();
      plotRef.current = null;
      plot.destroy();
    };
  }, [colors, height, makeOptions]);
  useEffect(() => plotRef.current?.setData(data), [data]);
  return <div role="img" aria-label={label} ref={hostRef} style={{ height }} />;
}
