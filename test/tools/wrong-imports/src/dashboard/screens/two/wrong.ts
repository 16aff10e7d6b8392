import { panel } from '../one/panel.ts';

/** Wrong on purpose: tools/verify-imports.ts must find that one screen imports another. */
export const wrong = panel;
