import { onDemand } from '../on-demand.tsx';

/** The open tooltip of a button: see `overlays.ts`. In a file of its own, because the other overlays contain buttons. */
export const LazyTooltip = onDemand(() => import('./tooltip.tsx'), undefined, { isOptional: true });
