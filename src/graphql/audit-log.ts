import { listAuditLog } from '../domain/audit/list-audit-log.ts';
import { type AuditAction, auditActions } from '../domain/audit/record-audit.ts';
import { loadApiKeys } from '../domain/keys/load-api-keys.ts';
import { formatId, uuidTime } from '../ids.ts';
import { ActorType } from './actor.ts';
import { AuditActorKindType, actorKindOf } from './actor-kind.ts';
import { ApiKeyType } from './api-key.ts';
import { AuditChangeType, listChanges } from './audit-change.ts';
import { builder } from './builder.ts';
import { changeList, targetList } from './costs.ts';
import { describeValues } from './enums.ts';
import { byId } from './loaders.ts';
import { selectPage, withIdCursors } from './prisma-pages.ts';

const AuditActionType = builder.enumType('AuditAction', {
  description: 'The kind of action that an audit entry records.',
  values: describeValues(auditActions, {
    DELIVERY_RETRIED: 'A delivery was retried. Target: the delivery.',
    DELIVERY_REPLAYED: 'A delivery was replayed. Targets: the delivery, the new delivery, the endpoint.',
    DELIVERY_CANCELED: 'A delivery was canceled. Target: the delivery.',
    BULK_RETRY_STARTED: 'A bulk retry was started. Target: the bulk operation. Changes: the filter.',
    BULK_REPLAY_STARTED: 'A bulk replay was started. Target: the bulk operation. Changes: the filter.',
    BULK_OPERATION_CANCELED: 'A bulk operation was canceled. Target: the bulk operation.',
    ENDPOINT_CREATED:
      'An endpoint was created. Targets: the endpoint, and the portal token if its holder created the endpoint. Changes: the settings of the endpoint.',
    ENDPOINT_UPDATED: 'An endpoint was updated. Target: the endpoint. Changes: the settings that were given.',
    ENDPOINT_DELETED: 'An endpoint was deleted. Target: the endpoint.',
    ENDPOINT_SECRET_ROTATED:
      'The secret of an endpoint was rotated. Target: the endpoint. Changes: the overlap, in seconds.',
    ENDPOINT_SECRET_REVEALED: 'The secret of an endpoint was revealed. Target: the endpoint.',
    ENDPOINT_SECRETS_EXPIRED:
      'The overlap of a secret rotation was ended early, so that requests to an endpoint are signed only with its current secret. Target: the endpoint.',
    TEST_EVENT_SENT: 'A test event was sent. Targets: the endpoint, the delivery. Changes: the event type.',
    API_KEY_CREATED: 'An API key was created. Target: the API key. Changes: its name, permissions and expiry.',
    API_KEY_REVOKED: 'An API key was revoked. Target: the API key.',
    API_KEY_RENAMED: 'An API key was renamed. Target: the API key. Changes: the new name.',
    PORTAL_TOKEN_CREATED:
      'A portal token was created. Targets: the portal token, its endpoints. Changes: its permissions and expiry.',
    PORTAL_TOKEN_REVOKED: 'A portal token was revoked. Target: the portal token.',
    TENANT_CREATED: 'The root key created a tenant. Target: the tenant. Changes: its name.',
    TENANT_RENAMED: 'The root key renamed a tenant. Target: the tenant. Changes: the new name.',
    TENANT_DELETED: 'The root key deleted a tenant. Target: the tenant. Changes: its name.',
    REDACTION_UPDATED:
      'The redaction settings of a tenant were updated. Target: the tenant. Changes: the settings that were given.',
  }),
});

const AuditEntry = builder.prismaNode('AuditEntry', {
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { actor }) => ({ id, tenantId: actor.tenantId }),
  description: 'One action in a tenant, with the credential that did it.',
  fields: t => ({
    action: t.field({
      type: AuditActionType,
      description: 'The kind of action that an audit entry records.',
      resolve: ({ action }) => action as AuditAction,
    }),
    actor: t.field({
      type: ActorType,
      description: 'The credential that did the action.',
      resolve: ({ apiKeyId, portalTokenId }) => ({ apiKeyId, portalTokenId }),
    }),
    actorKind: t.field({
      type: AuditActorKindType,
      description: 'The kind of the credential that did the action.',
      resolve: actorKindOf,
    }),
    apiKey: t.loadable({
      type: ApiKeyType,
      nullable: true,
      ...byId(loadApiKeys),
      description:
        'The API key that did the action, or the API key that created the portal token which did the action. Null for the root key.',
      resolve: ({ apiKeyId }) => apiKeyId,
    }),
    portalTokenId: t.id({
      nullable: true,
      description:
        'The id of the portal token that did the action, such as `ptk_01h455vb4pex5vsknk084sn02q`. Null if the action was not done with a portal token.',
      resolve: ({ portalTokenId }) => portalTokenId && formatId('ptk', portalTokenId),
    }),
    targetIds: t.exposeIDList('targetIds', {
      extensions: targetList,
      description:
        'The ids of the objects that the action concerns, the main one first: `["ep_01h455vb4pex5vsknk084sn02q"]`.',
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
        'The settings that the action set, as JSON: `{"url": "https://example.com/hook"}`. Headers are named without their values, and long values are replaced by their length. Never holds a secret.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the action was done.',
      resolve: ({ id }) => uuidTime(id),
    }),
  }),
});

const AuditEntryConnection = builder.connectionObject(
  { type: AuditEntry, name: 'AuditEntryConnection', description: 'A page of audit entries.' },
  { name: 'AuditEntryEdge', description: 'An audit entry in a page.' },
);

builder.queryField('auditLog', t =>
  withIdCursors(
    'auditLog',
    t.prismaConnection(
      {
        type: AuditEntry,
        cursor: 'id',
        description: 'The actions in the tenant, newest first. They are kept for 365 days.',
        args: {
          actions: t.arg({
            type: [AuditActionType],
            description:
              'Only entries with one of these actions are returned. An empty list matches nothing. All actions by default.',
          }),
          targetId: t.arg.id({
            description:
              'Only entries that concern the object with this id are returned: the id of a delivery, an endpoint, a key, a portal token, a bulk operation or a tenant.',
          }),
          apiKeyId: t.arg.id({
            description: 'Only actions of this API key, and of portal tokens that it created, are returned.',
          }),
        },
        resolve: (query, _root, args, context) => listAuditLog(context, args, selectPage(query, args)),
      },
      AuditEntryConnection,
    ),
  ),
);
