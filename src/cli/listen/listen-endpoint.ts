import type { Client } from '../../client/index.ts';
import {
  CreateListenEndpointDocument,
  FindListenEndpointDocument,
  type ListenEndpointFieldsFragment,
  RevealListenSecretDocument,
  UpdateEndpointDocument,
} from '../generated/graphql.ts';
import { takeResult } from '../session.ts';

export interface ListenEndpoint {
  readonly id: string;
  readonly secret: string;
  readonly retryScheduleSeconds: readonly number[];
  readonly timeoutMs: number;
}

export interface ListenEndpointOptions {
  /** The name of the endpoint. An existing endpoint with this name is reused with its waiting deliveries. */
  readonly name: string;
  /** The event types to forward. An empty list means all types except `livehook.*`. */
  readonly eventTypes: readonly string[];
  /** The signing secret. Default: the server creates one. */
  readonly secret: string | undefined;
}

/** The endpoint's URL. It is never requested: the endpoint is PAUSED, so deliveries wait until `listen` reads them. */
const url = 'https://listen.invalid/';

/** Finds or creates the endpoint through which the server collects the events for `listen`. */
export async function openListenEndpoint(client: Client, options: ListenEndpointOptions): Promise<ListenEndpoint> {
  const { name, secret } = options;
  const eventTypes = [...options.eventTypes];
  const { endpoints } = await client.request(FindListenEndpointDocument, { search: name });
  const found = endpoints.nodes.find(each => each.name === name && each.deletedAt === null);
  if (found) {
    takeResult(
      (await client.request(UpdateEndpointDocument, { id: found.id, input: { eventTypes, status: 'PAUSED' } })).outcome,
    );
    return describe(found, secret ?? (await revealSecret(client, found.id)));
  }
  const input = { name, url, eventTypes, status: 'PAUSED' as const, ...(secret !== undefined && { secret }) };
  const { outcome } = await client.request(CreateListenEndpointDocument, { input });
  const created = takeResult(outcome) as { endpoint: ListenEndpointFieldsFragment; secret: string };
  return describe(created.endpoint, created.secret);
}

async function revealSecret(client: Client, id: string): Promise<string> {
  const { outcome } = await client.request(RevealListenSecretDocument, { id });
  return (takeResult(outcome) as { secret: string }).secret;
}

function describe(
  { id, retryScheduleSeconds, timeoutMs }: ListenEndpointFieldsFragment,
  secret: string,
): ListenEndpoint {
  return { id, secret, retryScheduleSeconds, timeoutMs };
}
