import { edge } from '../graphql/edge.ts';

/** Wrong on purpose: tools/verify-imports.ts must find this import. */
export const wrong = edge;
