import type { Prisma } from '../../database/generated/client.ts';
import { withoutQuery } from '../../egress/url.ts';
import { shortenList } from '../audit/shorten-list.ts';
import type { EndpointInput } from './endpoint-input.ts';

/**
 * Describes an input for the audit log. It leaves out the secret and the values of headers, hides the query of the URL,
 * and replaces long values by their length.
 */
export function describeEndpointInput(input: EndpointInput): Prisma.InputJsonObject {
  const { headers, bodyTemplate, url, ...rest } = input;
  const described = Object.entries(rest).filter(([field, value]) => field !== 'secret' && value !== undefined);
  return {
    ...Object.fromEntries(
      described.map(([field, value]) => [field, shortenList(value as Prisma.InputJsonValue | null)]),
    ),
    ...(url !== undefined && { url: url && hideQuery(url) }),
    ...(headers !== undefined && { headers: shortenList(headers?.map(header => header.name) ?? null) }),
    ...(bodyTemplate !== undefined && { bodyTemplate: bodyTemplate && `${bodyTemplate.length} characters` }),
  };
}

/** Hides the query of a URL, which often contains a secret. */
function hideQuery(url: string): string {
  const shown = withoutQuery(url);
  return shown === url ? url : `${shown}?[HIDDEN]`;
}
