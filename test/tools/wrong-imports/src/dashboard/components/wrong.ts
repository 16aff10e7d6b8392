import { panel } from '../screens/one/panel.ts';

/** Wrong on purpose: tools/verify-imports.ts must find that a component imports a screen. */
export const wrong = panel;
