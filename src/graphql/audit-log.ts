import { listAuditLog } from '../domain/audit/list-audit-log.ts';
import { type AuditAction, auditActions } from '../domain/audit/record-audit.ts';
import { formatId, uuidTime } from '../ids.ts';
import { ActorType } from './actor.ts';
import { AuditActorKindType, actorKindOf } from './actor-kind.ts';
import { ApiKeyType } from './api-key.ts';
import { AuditChangeType, listChanges } from './audit-change.ts';
import { builder } from './builder.ts';
import { changeList, targetList } from './costs.ts';
import { describeValues } from './enums.ts';
import { pageArguments, toConnection } from './pages.ts';

const AuditActionType = builder.enumType('AuditAction', {
  description: 'What was done.',
  values: describeValues(auditActions, {
    DELIVERY_RETRIED: 'A delivery was retried. Targets: it.',
    DELIVERY_REPLAYED: 'A delivery was replayed. Targets: it, the new delivery, the endpoint.',
    DELIVERY_CANCELED: 'A delivery was canceled. Targets: it.',
    BULK_RETRY_STARTED: 'The deliveries of a filter are retried. Targets: the bulk operation. Changes: the filter.',
    BULK_REPLAY_STARTED: 'The deliveries of a filter are replayed. Targets: the bulk operation. Changes: the filter.',
    BULK_OPERATION_CANCELED: 'A bulk operation was canceled. Targets: it.',
    ENDPOINT_CREATED: 'An endpoint was made. Targets: it. Changes: its settings.',
    ENDPOINT_UPDATED: 'An endpoint was changed. Targets: it. Changes: the settings that were given.',
    ENDPOINT_DELETED: 'An endpoint was deleted. Targets: it.',
    ENDPOINT_SECRET_ROTATED: 'An endpoint got a new secret. Targets: it. Changes: the overlap, in seconds.',
    ENDPOINT_SECRET_REVEALED: 'The secret of an endpoint was shown. Targets: it.',
    TEST_EVENT_SENT: 'A test event was sent. Targets: the endpoint, the delivery. Changes: the type.',
    API_KEY_CREATED: 'An API key was made. Targets: it. Changes: its name, permissions and expiry.',
    API_KEY_REVOKED: 'An API key was revoked. Targets: it.',
    API_KEY_RENAMED: 'An API key was renamed. Targets: the API key. Changes: its new name.',
    PORTAL_TOKEN_CREATED: 'A portal token was made. Targets: it, its endpoints. Changes: its permissions and expiry.',
    PORTAL_TOKEN_REVOKED: 'A portal token was revoked. Targets: it.',
    TENANT_CREATED: 'The root key made a tenant. Targets: it. Changes: its name.',
    TENANT_RENAMED: 'The root key renamed a tenant. Targets: the tenant. Changes: its new name.',
    TENANT_DELETED: 'The root key deleted a tenant. Targets: the tenant. Changes: its name.',
    REDACTION_UPDATED: 'What is redacted was changed. Target: the tenant. Changes: the settings that were given.',
  }),
});

const AuditEntry = builder.prismaNode('AuditEntry', {
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { actor }) => ({ id, tenantId: actor.tenantId }),
  description: 'Something that was done, and by which key.',
  fields: t => ({
    action: t.field({
      type: AuditActionType,
      description: 'What was done.',
      resolve: ({ action }) => action as AuditAction,
    }),
    actor: t.field({
      type: ActorType,
      description: 'The credential that did it.',
      resolve: ({ apiKeyId, portalTokenId }) => ({ apiKeyId, portalTokenId }),
    }),
    actorKind: t.field({
      type: AuditActorKindType,
      description: 'With what kind of credential.',
      resolve: actorKindOf,
    }),
    apiKey: t.field({
      type: ApiKeyType,
      nullable: true,
      description: 'The API key, or the one that made the portal token; null: the root key.',
      resolve: ({ apiKeyId }, _args, { loaders }) => (apiKeyId === null ? null : loaders.apiKeys.load(apiKeyId)),
    }),
    portalTokenId: t.id({
      nullable: true,
      description: 'The portal token, such as `ptk_01h455vb4pex5vsknk084sn02q`; null: it was none.',
      resolve: ({ portalTokenId }) => portalTokenId && formatId('ptk', portalTokenId),
    }),
    targetIds: t.exposeIDList('targetIds', {
      extensions: targetList,
      description: 'What it was done to, the thing itself first: `["ep_01h455vb4pex5vsknk084sn02q"]`.',
    }),
    changedFields: t.field({
      type: [AuditChangeType],
      extensions: changeList,
      description: 'The settings that the action set, at most 50. Empty if the action sets none.',
      resolve: ({ changes }) => listChanges(changes),
    }),
    changes: t.expose('changes', {
      type: 'JSON',
      description:
        'What changed: `{"url": "https://example.com/hook"}`. Never a secret or the value of a header; headers by their names, long values and lists by their length.',
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was done.', resolve: ({ id }) => uuidTime(id) }),
  }),
});

const AuditEntryConnection = builder.connectionObject(
  { type: AuditEntry, name: 'AuditEntryConnection', description: 'A page of the audit log.' },
  { name: 'AuditEntryEdge', description: 'An entry in a page.' },
);

builder.queryField('auditLog', t =>
  t.field({
    type: AuditEntryConnection,
    description: 'Who did what in the tenant, newest first; kept for 365 days.',
    authScopes: { permission: 'KEYS_MANAGE' },
    args: {
      actions: t.arg({ type: [AuditActionType], description: 'Only these. An empty list matches nothing.' }),
      targetId: t.arg.id({
        description:
          'Only what was done to this: the id of a delivery, an endpoint, a key, a portal token, a bulk operation or a tenant.',
      }),
      apiKeyId: t.arg.id({ description: 'Only what was done with this API key, or with portal tokens that it made.' }),
      ...pageArguments(t),
    },
    resolve: async (_root, args, context) => toConnection(await listAuditLog(context, args)),
  }),
);
