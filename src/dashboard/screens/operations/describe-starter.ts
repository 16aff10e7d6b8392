import type { Operation } from '../../features/bulk/use-operation.ts';

/** Who started an operation: the name of the key, where whoever looks may know it. */
export function describeStarter({ startedBy: { kind, apiKey } }: Operation): string {
  if (kind === 'PORTAL_TOKEN') return apiKey ? `Portal link of ${apiKey.name}` : 'Portal link';
  return kind === 'ROOT_KEY' ? 'Root key' : (apiKey?.name ?? 'An API key');
}
