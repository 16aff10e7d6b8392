import 'uplot/dist/uPlot.min.css';
import { useEffect, useLayoutEffect, useRef } from 'react';
import UPlot, { type AlignedData, type Options } from 'uplot';
import { useColors } from './use-colors.ts';

/** The colours of the theme, as a canvas takes them. */
export type PlotColors = ReturnType<typeof useColors>;

export interface PlotProps {
  /** X in unix seconds, oldest first, and a row for each series. */
  readonly data: AlignedData;
  /** In pixels; the width is that of the place. */
  readonly height: number;
  /** What it shows, in a sentence: all that a screen reader gets of it. */
  readonly label: string;
  /** Made anew with the theme alone: keep it outside the component. */
  readonly makeOptions: (colors: PlotColors) => Omit<Options, 'width' | 'height'>;
  /** Which point the pointer is at, and how far from the left in pixels; null: none. */
  readonly onPoint?: (at: { readonly index: number; readonly left: number } | null) => void;
  readonly onPick?: (index: number) => void;
}

/** A chart on a canvas. Load it lazily, and offer the same figures as text: nobody hears a canvas. */
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
  return <div className="plot" role="img" aria-label={label} ref={hostRef} style={{ height }} />;
}
