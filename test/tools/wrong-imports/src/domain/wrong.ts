import { entryPoint } from '../graphql/entry-point.ts';

/** Wrong on purpose: tools/verify-imports.ts must find this import. */
export const wrong = entryPoint;
