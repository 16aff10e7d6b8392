import { ForbiddenError } from '../../errors.ts';
import { type Actor, isRoot } from '../context.ts';

/** @throws ForbiddenError (no permission would do) for any key but the root key. */
export function requireRoot(actor: Actor): void {
  if (!isRoot(actor)) throw new ForbiddenError('Only the root key can do this.', null);
}
