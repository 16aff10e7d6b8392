import { checkSecret, generateSecret } from '../../egress/signing.ts';
import { BadUserInputError } from '../../errors.ts';
import { newUuid } from '../../ids.ts';
import { type DomainContext, requirePermission } from '../context.ts';
import { type EndpointInput, toColumns } from './endpoint-input.ts';
import { type EndpointRow, nullableJson } from './endpoint-row.ts';
import { fitInFlightCounter } from './in-flight-counter.ts';

export interface CreateEndpointInput extends EndpointInput {
  readonly name: string;
  readonly url: string;
  /** `whsec_` and base64 of 24 to 64 bytes; default: a new one of 32 bytes. */
  readonly secret?: string | null | undefined;
}

/**
 * Makes an endpoint; events published from now on go to it.
 *
 * @returns it, with its secret in clear.
 * @throws BadUserInputError naming the field, ForbiddenError without ENDPOINTS_MANAGE.
 */
export async function createEndpoint(
  { services, actor }: DomainContext,
  input: CreateEndpointInput,
): Promise<{ endpoint: EndpointRow; secret: string }> {
  requirePermission(actor, 'ENDPOINTS_MANAGE');
  const { prisma, encryption, clock } = services;
  const secret = input.secret ?? generateSecret();
  const check = checkSecret(secret);
  if (!check.ok) throw new BadUserInputError('input.secret', check.message);
  const { retryScheduleSeconds, ...columns } = toColumns(
    { ...defaults, ...input },
    services.addressPolicy,
    encryption,
  ) as Required<ReturnType<typeof toColumns>>;
  const now = clock.now();
  const id = newUuid(now);
  const [endpoint] = await prisma.$transaction([
    prisma.endpoint.create({
      data: {
        ...columns,
        retryScheduleSeconds: nullableJson(retryScheduleSeconds),
        id,
        updatedAt: new Date(now),
        tenant: { connect: { id: actor.tenantId } },
        secrets: { create: { id: newUuid(now), ciphertext: new Uint8Array(encryption.encrypt(secret)) } },
      },
    }),
    prisma.tenant.update({ where: { id: actor.tenantId }, data: { routingRevision: { increment: 1 } } }),
    ...(columns.maxConcurrency === null ? [] : fitInFlightCounter(prisma, id)),
  ]);
  return { endpoint, secret };
}

const defaults: EndpointInput = {
  eventTypes: null,
  headers: null,
  method: null,
  bodyTemplate: null,
  timeoutMs: null,
  retryScheduleSeconds: null,
  maxConcurrency: null,
  rateLimitPerSecond: null,
  ordering: null,
  disableOnGone: null,
  storeResponseBody: null,
  status: null,
};
