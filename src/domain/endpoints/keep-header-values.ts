import type { Prisma } from '../../database/generated/client.ts';
import { BadUserInputError } from '../../errors.ts';
import type { SealedHeader, UnvaluedHeader } from './endpoint-headers.ts';

/**
 * Gives each header that came without a value the one that the endpoint (UUID) has under this name, in any case: so that
 * whoever cannot read a secret can still change the headers around it. A secret stays one. The endpoint stays locked until
 * the end of the transaction.
 *
 * @throws BadUserInputError such as `input.headers.2.keepValue`, where it has none of that name.
 */
export async function keepHeaderValues(
  transaction: Prisma.TransactionClient,
  tenantId: string,
  endpointId: string,
  headers: readonly (SealedHeader | UnvaluedHeader)[],
): Promise<SealedHeader[]> {
  const stored = headers.some(({ value }) => value === null)
    ? await lockHeaders(transaction, tenantId, endpointId)
    : new Map<string, SealedHeader>();
  return headers.map((header, index) => {
    if (header.value !== null) return header;
    const kept = stored.get(header.name.toLowerCase());
    if (kept) return { name: header.name, secret: header.secret || kept.secret, value: kept.value };
    throw new BadUserInputError(
      `input.headers.${index}.keepValue`,
      'must be false: there is no header of this name yet',
    );
  });
}

async function lockHeaders(
  transaction: Prisma.TransactionClient,
  tenantId: string,
  endpointId: string,
): Promise<Map<string, SealedHeader>> {
  const [row] = await transaction.$queryRaw<{ headers: SealedHeader[] }[]>`
    SELECT headers FROM endpoint WHERE id = ${endpointId}::uuid AND tenant_id = ${tenantId}::uuid FOR NO KEY UPDATE`;
  return new Map(row?.headers.map(header => [header.name.toLowerCase(), header]));
}
