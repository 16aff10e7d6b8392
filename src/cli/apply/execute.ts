import { type Client, LivehookError } from '../../client/index.ts';
import { UsageError } from '../exit-codes.ts';
import {
  CreateApiKeyDocument,
  CreateEndpointDocument,
  DeleteEndpointDocument,
  type HeaderInput,
  RevokeApiKeyDocument,
  UpdateEndpointDocument,
  UpdateRedactionDocument,
} from '../generated/graphql.ts';
import { takeResult } from '../session.ts';
import type { DeclaredEndpoint, EnvironmentValue } from './declaration.ts';
import type { Change } from './plan.ts';

/** A planned change whose secrets have been read from the environment, ready to be sent to the server. */
export interface PreparedChange {
  readonly change: Change;
  /**
   * Sends the change to the server.
   *
   * @returns the id of the changed object, and the secret if one was created.
   * @throws LivehookError with a message that names the change.
   */
  execute(client: Client): Promise<Executed>;
}

export interface Executed {
  readonly id?: string;
  readonly secret?: string;
}

/**
 * Reads the environment variables that the changes refer to, before any change is sent.
 *
 * @throws UsageError that names the first variable that is not set.
 */
export function prepareChanges(changes: readonly Change[]): PreparedChange[] {
  return changes.map(change => {
    const send = prepare(change);
    return {
      change,
      async execute(client) {
        try {
          return await send(client);
        } catch (error) {
          if (!(error instanceof LivehookError)) throw error;
          const message = `${change.kind} "${change.name}": ${error.message}`;
          throw new LivehookError(error.code, message, { cause: error });
        }
      },
    };
  });
}

type Send = (client: Client) => Promise<Executed>;

function prepare(change: Change): Send {
  if (change.action === 'delete') return prepareDelete(change);
  if (change.kind === 'key') return prepareKey(change.declared);
  if (change.kind === 'redaction') {
    const input = Object.fromEntries(change.fields.map(({ field, to }) => [field, to]));
    return async client => {
      takeResult((await client.request(UpdateRedactionDocument, { input })).outcome);
      return {};
    };
  }
  return change.action === 'create' ? prepareCreate(change.declared) : prepareUpdate(change);
}

function prepareDelete({ kind, id }: { readonly kind: 'endpoint' | 'key'; readonly id: string }): Send {
  return async client => {
    const { outcome } =
      kind === 'endpoint'
        ? await client.request(DeleteEndpointDocument, { id })
        : await client.request(RevokeApiKeyDocument, { id, revokeChildren: false });
    takeResult(outcome);
    return { id };
  };
}

function prepareKey({
  name,
  permissions,
  expiresAt,
}: Extract<Change, { kind: 'key'; action: 'create' }>['declared']): Send {
  const input = { name, permissions, ...(expiresAt !== undefined && { expiresAt }) };
  return async client => {
    const { outcome } = await client.request(CreateApiKeyDocument, { input });
    const { apiKey, secret } = takeResult(outcome) as { apiKey: { id: string }; secret: string };
    return { id: apiKey.id, secret };
  };
}

function prepareCreate(declared: DeclaredEndpoint): Send {
  const { id: _, secret, headers, ...settings } = declared;
  const input = {
    ...settings,
    ...(headers && { headers: resolveHeaders(declared, []) }),
    ...(secret && { secret: readVariable(secret, `endpoint "${declared.name}": secret`) }),
  };
  return async client => {
    const { outcome } = await client.request(CreateEndpointDocument, { input });
    const created = takeResult(outcome) as { endpoint: { id: string }; secret: string };
    // Only a secret that the server generated is returned for printing. One from the environment is known already.
    return { id: created.endpoint.id, ...(!secret && { secret: created.secret }) };
  };
}

function prepareUpdate({
  id,
  declared,
  fields,
  keptHeaders,
}: Extract<Change, { action: 'update'; kind: 'endpoint' }>): Send {
  const input = Object.fromEntries(
    fields.map(({ field, to }) => [field, field === 'headers' ? resolveHeaders(declared, keptHeaders) : to]),
  );
  return async client => {
    takeResult((await client.request(UpdateEndpointDocument, { id, input })).outcome);
    return { id };
  };
}

function resolveHeaders({ name, headers = [] }: DeclaredEndpoint, kept: readonly string[]): HeaderInput[] {
  return headers.map(header => {
    if (kept.includes(header.name.toLowerCase())) return { name: header.name, value: '', keepValue: true };
    const { value } = header;
    const text = typeof value === 'string' ? value : readVariable(value, `endpoint "${name}": header ${header.name}`);
    return { name: header.name, value: text, secret: header.secret };
  });
}

function readVariable({ env }: EnvironmentValue, user: string): string {
  const value = process.env[env];
  if (!value) throw new UsageError(`${user}: set the variable ${env}, which the file names. Nothing was changed.`);
  return value;
}
