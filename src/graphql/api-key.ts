import { type ApiKeyRow, createApiKey } from '../domain/keys/create-api-key.ts';
import { listApiKeys } from '../domain/keys/list-api-keys.ts';
import { renameApiKey } from '../domain/keys/rename-api-key.ts';
import { revokeApiKey } from '../domain/keys/revoke-api-key.ts';
import { formatId, uuidTime } from '../ids.ts';
import { builder } from './builder.ts';
import { apiKeyList, permissionList } from './costs.ts';
import { PermissionType } from './enums.ts';
import { resultUnion } from './mutation-results.ts';

export const ApiKeyType = builder.prismaNode('ApiKey', {
  description: 'A secret that acts for one tenant with a set of permissions.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { actor }) => ({ id, tenantId: actor.tenantId }),
  fields: t => ({
    name: t.exposeString('name', { description: 'What it is called.' }),
    prefix: t.exposeString('prefix', { description: 'The beginning of its secret, to tell keys apart: `lhk_3fGh2k`.' }),
    permissions: t.expose('permissions', {
      type: [PermissionType],
      extensions: permissionList,
      description: 'What it may do.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was made.',
      resolve: key => uuidTime(key.id),
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was used last, to the minute; null: never.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'From then on it is refused; null: never.',
    }),
    parentId: t.id({
      nullable: true,
      description:
        'The id of the API key that created this one, such as `key_01h455vb4pex5vsknk084sn02q`. Null if the root key created it, or if that is not known.',
      resolve: ({ parentId }) => parentId && formatId('key', parentId),
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked; null: it was not.',
    }),
  }),
});

const CreateApiKeyInput = builder.inputType('CreateApiKeyInput', {
  description: 'A new API key.',
  fields: t => ({
    name: t.string({ required: true, description: 'What to call it: 1 to 200 characters.' }),
    permissions: t.field({
      type: [PermissionType],
      required: true,
      description: 'What it may do; at most what the key that makes it may.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        'When the key expires: in the future, and not after the key that creates it. Requests that use it afterwards get UNAUTHORIZED. Default: when the key that creates it expires, or never.',
    }),
  }),
});

const CreateApiKeySuccess = builder
  .objectRef<{ readonly apiKey: ApiKeyRow; readonly secret: string }>('CreateApiKeySuccess')
  .implement({
    description: 'The new key.',
    fields: t => ({
      apiKey: t.expose('apiKey', { type: ApiKeyType, description: 'The key.' }),
      secret: t.exposeString('secret', {
        description: 'Send it as `Authorization: Bearer <secret>`. Shown this once: only its hash is kept.',
      }),
    }),
  });

builder.queryField('apiKeys', t =>
  t.field({
    type: [ApiKeyType],
    extensions: apiKeyList,
    description: 'The API keys of the tenant, newest first, revoked and expired ones too; at most 1,000.',
    authScopes: { permission: 'KEYS_MANAGE' },
    resolve: (_root, _args, context) => listApiKeys(context),
  }),
);

builder.mutationFields(t => ({
  createApiKey: t.field({
    type: CreateApiKeySuccess,
    description: 'Makes an API key of the tenant.',
    errors: resultUnion('CreateApiKeyResult', ['BAD_USER_INPUT', 'QUOTA_EXCEEDED']),
    args: { input: t.arg({ type: CreateApiKeyInput, required: true, description: 'The key.' }) },
    resolve: (_root, { input }, context) => createApiKey(context, input),
  }),
  renameApiKey: t.field({
    type: ApiKeyType,
    description: 'Renames an API key of the tenant, also one that is revoked or has expired.',
    errors: resultUnion('RenameApiKeyResult', ['NOT_FOUND', 'BAD_USER_INPUT']),
    args: {
      id: t.arg.id({
        required: true,
        description: 'The id of the API key, such as `key_01h455vb4pex5vsknk084sn02q`.',
      }),
      name: t.arg.string({ required: true, description: 'The new name: 1 to 200 characters.' }),
    },
    resolve: (_root, { id, name }, context) => renameApiKey(context, id, name),
  }),
  revokeApiKey: t.field({
    type: ApiKeyType,
    description: 'Ends an API key for good. Within seconds its requests are refused and its subscriptions end.',
    errors: resultUnion('RevokeApiKeyResult', ['NOT_FOUND', 'BAD_USER_INPUT']),
    args: {
      id: t.arg.id({ required: true, description: 'The key, such as `key_01h455vb4pex5vsknk084sn02q`.' }),
      revokeChildren: t.arg.boolean({
        description:
          'Whether to revoke the keys that this key created as well, and the keys that they created in turn. Works for a key that is revoked already. Default: false.',
      }),
    },
    resolve: (_root, { id, revokeChildren }, context) => revokeApiKey(context, id, revokeChildren ?? false),
  }),
}));
