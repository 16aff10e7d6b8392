import type { Operation } from '../../features/bulk/use-operation.ts';
import { messages } from './messages.ts';

/**
 * Describes who started an operation: the name of the API key if the viewer can see it, otherwise the kind of
 * credential.
 */
export function describeStarter({ startedBy: { kind, apiKey } }: Operation): string {
  if (kind === 'PORTAL_TOKEN') return apiKey ? messages.portalLinkOf(apiKey.name) : messages.portalLink;
  return kind === 'ROOT_KEY' ? messages.rootKey : (apiKey?.name ?? messages.anApiKey);
}
