import type { Client } from '../../client/index.ts';
import {
  type DeclaredEndpointFieldsFragment,
  ListDeclaredEndpointsDocument,
  type ListDeclaredEndpointsQuery,
  ReadDeclaredKeysDocument,
  ReadDeclaredRedactionDocument,
} from '../generated/graphql.ts';
import type { Declaration } from './declaration.ts';
import type { CurrentState } from './plan.ts';

/** Reads only the sections that the file declares, so that the API key needs no permission for the others. */
export async function readState(client: Client, { endpoints, keys, redaction }: Declaration): Promise<CurrentState> {
  const ofKeys = keys && (await client.request(ReadDeclaredKeysDocument, {}));
  const ofRedaction = redaction && (await client.request(ReadDeclaredRedactionDocument, {}));
  return {
    endpoints: endpoints ? await listEndpoints(client) : [],
    keys: ofKeys?.apiKeys ?? [],
    ownKeyId: ofKeys?.viewer.apiKey?.id ?? null,
    redaction: ofRedaction?.viewer.tenant.redaction ?? null,
  };
}

async function listEndpoints(client: Client): Promise<DeclaredEndpointFieldsFragment[]> {
  const found: DeclaredEndpointFieldsFragment[] = [];
  for (let after: string | null = null; ; ) {
    const { endpoints }: ListDeclaredEndpointsQuery = await client.request(ListDeclaredEndpointsDocument, { after });
    found.push(...endpoints.nodes.filter(({ deletedAt }) => deletedAt === null));
    if (!endpoints.pageInfo.hasNextPage) return found;
    after = endpoints.pageInfo.endCursor ?? null;
  }
}
