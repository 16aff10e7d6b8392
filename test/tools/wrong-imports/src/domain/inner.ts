import { claim } from './delivery-state/claim.ts';

/** Wrong on purpose: tools/verify-imports.ts must find this import. */
export const inner = claim;
