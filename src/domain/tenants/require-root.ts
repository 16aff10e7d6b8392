import { ForbiddenError } from '../../errors.ts';
import type { Actor } from '../context.ts';

/** @throws ForbiddenError (no permission would do) for any key but the root key. */
export function requireRoot(actor: Actor): void {
  if (actor.apiKeyId !== null) throw new ForbiddenError('Only the root key can do this.', null);
}
