import type { Panel } from '../screens/one/panel.ts';

/** Wrong on purpose: tools/verify-imports.ts must find that a component imports a screen, even if only a type. */
export type Wrong = Panel;
