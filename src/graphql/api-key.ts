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
    name: t.exposeString('name', { description: 'The name that people gave the API key, such as `Checkout`.' }),
    prefix: t.exposeString('prefix', {
      description: 'The first characters of the secret, such as `lhk_3fGh2k`, to recognize the API key.',
    }),
    permissions: t.expose('permissions', {
      type: [PermissionType],
      extensions: permissionList,
      description: 'The permissions that the API key has in its tenant.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the API key was created.',
      resolve: key => uuidTime(key.id),
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the API key was last used, to the minute. Null if it was never used.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the API key expires. Requests that use it afterwards get UNAUTHORIZED. Null if it never expires.',
    }),
    parentId: t.id({
      nullable: true,
      description:
        'The id of the API key that created this one, such as `key_01h455vb4pex5vsknk084sn02q`. Null if the root key created it, or if the creator is not known.',
      resolve: ({ parentId }) => parentId && formatId('key', parentId),
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the API key was revoked. Null if it was not revoked.',
    }),
  }),
});

const CreateApiKeyInput = builder.inputType('CreateApiKeyInput', {
  description: 'The settings of a new API key.',
  fields: t => ({
    name: t.string({ required: true, description: 'The name of the API key: 1 to 200 characters.' }),
    permissions: t.field({
      type: [PermissionType],
      required: true,
      description: 'The permissions of the API key. The credential that creates it must have all of them.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        'When the key expires: a time in the future, no later than the expiry of the key that creates it. Requests that use it afterwards get UNAUTHORIZED. Default: when the key that creates it expires, or never.',
    }),
  }),
});

const CreateApiKeySuccess = builder
  .objectRef<{ readonly apiKey: ApiKeyRow; readonly secret: string }>('CreateApiKeySuccess')
  .implement({
    description: 'The success of `createApiKey`: the new API key and its secret.',
    fields: t => ({
      apiKey: t.expose('apiKey', { type: ApiKeyType, description: 'The API key that was created.' }),
      secret: t.exposeString('secret', {
        description:
          'The secret, to be sent as `Authorization: Bearer <secret>`. It is shown only here, because the server keeps only a hash.',
      }),
    }),
  });

builder.queryField('apiKeys', t =>
  t.prismaField({
    type: [ApiKeyType],
    extensions: apiKeyList,
    description: 'The API keys of the tenant, newest first, also revoked and expired ones. At most 1,000.',
    resolve: (query, _root, _args, context) => listApiKeys(context, query),
  }),
);

builder.mutationFields(t => ({
  createApiKey: t.field({
    type: CreateApiKeySuccess,
    description: 'Creates an API key of the tenant. Its secret is in the result, and cannot be read again.',
    errors: resultUnion('CreateApiKeyResult', ['BAD_USER_INPUT', 'QUOTA_EXCEEDED']),
    args: { input: t.arg({ type: CreateApiKeyInput, required: true, description: 'The settings of the API key.' }) },
    resolve: (_root, { input }, context) => createApiKey(context, input),
  }),
  renameApiKey: t.field({
    type: ApiKeyType,
    description: 'Renames an API key of the tenant. Revoked and expired API keys can also be renamed.',
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
    description:
      'Revokes an API key for good. Within seconds, its requests get UNAUTHORIZED and its subscriptions end.',
    errors: resultUnion('RevokeApiKeyResult', ['NOT_FOUND', 'BAD_USER_INPUT']),
    args: {
      id: t.arg.id({ required: true, description: 'The id of the API key, such as `key_01h455vb4pex5vsknk084sn02q`.' }),
      revokeChildren: t.arg.boolean({
        description:
          'Whether to also revoke the API keys that this key created, and all keys that those created in turn. This is also possible if the key itself is already revoked. Default: false.',
      }),
    },
    resolve: (_root, { id, revokeChildren }, context) => revokeApiKey(context, id, revokeChildren ?? false),
  }),
}));
