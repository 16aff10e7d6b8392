import type { Prisma } from '../../database/generated/client.ts';
import type { EndpointInput } from './endpoint-input.ts';

/** A longer list is told by its length. */
const maxListed = 20;

/** What an input sets, as the audit log tells it: headers by their names alone, long values by their length. */
export function describeEndpointInput(input: EndpointInput): Prisma.InputJsonObject {
  const { headers, bodyTemplate, ...rest } = input;
  const told = Object.entries(rest).filter(([field, value]) => field !== 'secret' && value !== undefined);
  return {
    ...Object.fromEntries(told.map(([field, value]) => [field, shorten(value as Prisma.InputJsonValue | null)])),
    ...(headers !== undefined && { headers: shorten(headers?.map(header => header.name) ?? null) }),
    ...(bodyTemplate !== undefined && { bodyTemplate: bodyTemplate && `${bodyTemplate.length} characters` }),
  };
}

function shorten(value: Prisma.InputJsonValue | null): Prisma.InputJsonValue | null {
  return Array.isArray(value) && value.length > maxListed ? `${value.length} entries` : value;
}
