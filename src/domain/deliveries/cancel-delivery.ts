import { withTransaction } from '../../database/pool.ts';
import type { DeliverySnapshot } from '../../delivery.ts';
import { InvalidStateError } from '../../errors.ts';
import { requireId } from '../arguments.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { finishDeliveries } from '../delivery-state/index.ts';
import { authorize } from '../verbs.ts';
import { announceFinished } from './announce-change.ts';
import { findDelivery } from './find-delivery.ts';

/**
 * Cancels a PENDING or RETRYING delivery. It becomes FAILED with the failure reason CANCELED.
 *
 * @returns the delivery after the change.
 * @throws NotFoundError, BadUserInputError (`id`), InvalidStateError in any other status, ForbiddenError without
 *   DELIVERIES_MANAGE.
 */
export async function cancelDelivery(ctx: DomainContext, id: string): Promise<DeliverySnapshot> {
  const { services, actor } = ctx;
  authorize(actor, 'cancelDelivery');
  const uuid = requireId('dlv', id, 'id');
  await findDelivery(services.pool, actor, uuid);
  const finished = await withTransaction(services.pool, async client => {
    const rows = await finishDeliveries(client, [uuid], 'CANCELED');
    if (rows.length > 0) await recordAudit(client, ctx, { action: 'DELIVERY_CANCELED', targetIds: [id] });
    return rows;
  });
  const [canceled] = announceFinished(services, finished);
  if (canceled) return canceled;
  const { status } = await findDelivery(services.pool, actor, uuid);
  throw new InvalidStateError(
    `Only a delivery that is PENDING or RETRYING can be canceled; this one is ${status}.`,
    status,
  );
}
