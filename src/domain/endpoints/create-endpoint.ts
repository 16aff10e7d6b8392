import { formatId, newUuid } from '../../ids.ts';
import { checkAll } from '../arguments.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { addPortalEndpoint, requirePortalCreation, revealToActor } from '../portal-tokens/create-as-portal.ts';
import { requireListLength, requireQuota } from '../quotas.ts';
import { authorize } from '../verbs.ts';
import { checkTemplates } from './check-templates.ts';
import { describeEndpointInput } from './describe-endpoint-input.ts';
import { type EndpointInput, toColumns } from './endpoint-input.ts';
import { type EndpointRow, nullableJson } from './endpoint-row.ts';
import { takeSecret } from './endpoint-secrets.ts';
import { keepHeaderValues } from './keep-header-values.ts';

export interface CreateEndpointInput extends EndpointInput {
  readonly name: string;
  readonly url: string;
  /** The secret, which `checkSecret` must accept. Default: a new one, `whsec_` and the base64 of 32 random bytes. */
  readonly secret?: string | null | undefined;
}

/**
 * Creates an endpoint, which receives events that are published from now on. If a portal token creates it, that token
 * gets access to it.
 *
 * @returns the endpoint, and its secret in clear text.
 * @throws BadUserInputError naming the field, QuotaExceededError, ForbiddenError without ENDPOINTS_MANAGE, and for a
 *   portal token that may not create endpoints.
 */
export async function createEndpoint(
  ctx: DomainContext,
  input: CreateEndpointInput,
): Promise<{ endpoint: EndpointRow; secret: string }> {
  const { services, actor } = ctx;
  authorize(actor, 'createEndpoint');
  const { prisma, encryption, clock } = services;
  const given = { ...input, ...Object.fromEntries(optional.map(field => [field, input[field] ?? null])) };
  const { secret, checked } = checkAll({
    secret: () => takeSecret(input.secret ?? null, 'input.secret'),
    checked: () => toColumns(given, services.addressPolicy, encryption) as Required<ReturnType<typeof toColumns>>,
  });
  const { retryScheduleSeconds, headers, ...columns } = checked;
  requireListLength('input.eventTypes', columns.eventTypes.length, services.quotas.eventTypesPerEndpoint);
  requireListLength('input.headers', headers.length, services.quotas.headersPerEndpoint);
  await checkTemplates(ctx, input, null);
  const now = clock.now();
  const id = newUuid(now);
  const endpoint = await prisma.$transaction(async transaction => {
    if (actor.portalToken) await requirePortalCreation(transaction, actor, columns.eventTypes);
    await requireQuota(transaction, services.quotas, actor.tenantId, 'endpoints');
    const created = await transaction.endpoint.create({
      data: {
        ...columns,
        headers: keepHeaderValues([], headers),
        retryScheduleSeconds: nullableJson(retryScheduleSeconds),
        id,
        updatedAt: new Date(now),
        tenant: { connect: { id: actor.tenantId } },
        secrets: { create: { id: newUuid(now), ciphertext: new Uint8Array(encryption.encrypt(secret)) } },
      },
    });
    if (actor.portalToken) await addPortalEndpoint(transaction, actor.portalToken.id, id);
    await transaction.tenant.update({ where: { id: actor.tenantId }, data: { routingRevision: { increment: 1 } } });
    await recordAudit(transaction, ctx, {
      action: 'ENDPOINT_CREATED',
      targetIds: [formatId('ep', id), ...(actor.portalToken ? [formatId('ptk', actor.portalToken.id)] : [])],
      changes: describeEndpointInput(input),
    });
    return created;
  });
  if (actor.portalToken) revealToActor(actor, id);
  return { endpoint, secret };
}

/** The fields that get their default value if they are absent, undefined or null. */
const optional = [
  'eventTypes',
  'headers',
  'method',
  'bodyTemplate',
  'timeoutMs',
  'retryScheduleSeconds',
  'maxConcurrency',
  'rateLimitPerSecond',
  'ordering',
  'disableOnGone',
  'disableAfterSeconds',
  'storeResponseBody',
  'status',
] as const satisfies readonly (keyof EndpointInput)[];
