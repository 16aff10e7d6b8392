import type { Prisma } from '../../database/generated/client.ts';
import { shortenList } from '../audit/shorten-list.ts';
import type { EndpointInput } from './endpoint-input.ts';

/** What an input sets, as the audit log tells it: headers by their names alone, long values by their length. */
export function describeEndpointInput(input: EndpointInput): Prisma.InputJsonObject {
  const { headers, bodyTemplate, ...rest } = input;
  const told = Object.entries(rest).filter(([field, value]) => field !== 'secret' && value !== undefined);
  return {
    ...Object.fromEntries(told.map(([field, value]) => [field, shortenList(value as Prisma.InputJsonValue | null)])),
    ...(headers !== undefined && { headers: shortenList(headers?.map(header => header.name) ?? null) }),
    ...(bodyTemplate !== undefined && { bodyTemplate: bodyTemplate && `${bodyTemplate.length} characters` }),
  };
}
