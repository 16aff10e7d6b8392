import { createEndpoint } from '../domain/endpoints/create-endpoint.ts';
import { deleteEndpoint } from '../domain/endpoints/delete-endpoint.ts';
import type { EndpointRow } from '../domain/endpoints/endpoint-row.ts';
import {
  expirePreviousSecrets,
  revealEndpointSecret,
  rotateEndpointSecret,
} from '../domain/endpoints/endpoint-secrets.ts';
import { sendTestEvent } from '../domain/endpoints/send-test-event.ts';
import { updateEndpoint } from '../domain/endpoints/update-endpoint.ts';
import { builder } from './builder.ts';
import { DeliveryType } from './delivery.ts';
import { EndpointType } from './endpoint.ts';
import { CreateEndpointInput, secretDescription, UpdateEndpointInput } from './endpoint-input.ts';
import { resultUnion } from './mutation-results.ts';

interface EndpointWithSecret {
  readonly endpoint: EndpointRow;
  readonly secret: string;
}

function secretResult(name: string, description: string) {
  return builder.objectRef<EndpointWithSecret>(name).implement({
    description,
    fields: t => ({
      endpoint: t.expose('endpoint', { type: EndpointType, description: 'The endpoint with its current settings.' }),
      secret: t.exposeString('secret', {
        description:
          'The secret that requests are signed with from now on: `whsec_<base64>`, or the secret that was given.',
      }),
    }),
  });
}

const CreateEndpointSuccess = secretResult(
  'CreateEndpointSuccess',
  'The success of `createEndpoint`: the new endpoint and its secret.',
);
const RotateEndpointSecretSuccess = secretResult(
  'RotateEndpointSecretSuccess',
  'The success of `rotateEndpointSecret`: the endpoint and its new secret.',
);

const RevealEndpointSecretSuccess = builder
  .objectRef<{ readonly secret: string }>('RevealEndpointSecretSuccess')
  .implement({
    description: 'The success of `revealEndpointSecret`: the current secret of the endpoint.',
    fields: t => ({
      secret: t.exposeString('secret', {
        description: 'The secret that requests are signed with: `whsec_<base64>`, or the secret that was given.',
      }),
    }),
  });

const idDescription = 'The id of the endpoint, such as `ep_01h455vb4pex5vsknk084sn02q`.';
const usualErrors = ['NOT_FOUND', 'BAD_USER_INPUT', 'INVALID_STATE'] as const;

builder.mutationFields(t => ({
  createEndpoint: t.field({
    type: CreateEndpointSuccess,
    description: 'Creates an endpoint. It receives events that are published from now on.',
    errors: resultUnion('CreateEndpointResult', ['BAD_USER_INPUT', 'QUOTA_EXCEEDED']),
    args: {
      input: t.arg({
        type: CreateEndpointInput,
        required: true,
        description: 'The settings of the endpoint.',
      }),
    },
    resolve: (_root, { input }, context) => createEndpoint(context, input),
  }),
  updateEndpoint: t.field({
    type: EndpointType,
    description:
      'Changes the settings of an endpoint. They apply to all requests that have not started, also of deliveries that already exist.',
    errors: resultUnion('UpdateEndpointResult', usualErrors),
    args: {
      id: t.arg.id({ required: true, description: idDescription }),
      input: t.arg({ type: UpdateEndpointInput, required: true, description: 'The settings to change.' }),
    },
    resolve: (_root, { id, input }, context) => updateEndpoint(context, id, input),
  }),
  deleteEndpoint: t.field({
    type: EndpointType,
    description:
      'Deletes an endpoint. Its unfinished deliveries become FAILED with the reason ENDPOINT_DELETED. Its history can still be read.',
    errors: resultUnion('DeleteEndpointResult', usualErrors),
    args: { id: t.arg.id({ required: true, description: idDescription }) },
    resolve: (_root, { id }, context) => deleteEndpoint(context, id),
  }),
  rotateEndpointSecret: t.field({
    type: RotateEndpointSecretSuccess,
    description:
      'Gives an endpoint a new secret. During the overlap, requests are signed with both secrets, so that receivers can switch at any time. Requests are signed with at most the ten newest secrets.',
    errors: resultUnion('RotateEndpointSecretResult', usualErrors),
    args: {
      id: t.arg.id({ required: true, description: idDescription }),
      overlapSeconds: t.arg.int({
        description:
          'The number of seconds for which requests are also signed with the old secret: 0 to 2,592,000 (30 days). Default: 86,400 (a day).',
      }),
      secret: t.arg.string({ description: secretDescription }),
    },
    resolve: (_root, { id, overlapSeconds, secret }, context) =>
      rotateEndpointSecret(context, id, overlapSeconds ?? null, secret ?? null),
  }),
  expirePreviousSecrets: t.field({
    type: EndpointType,
    description:
      'Ends the overlap of a secret rotation: from now on, requests to the endpoint are signed only with its current secret. The mutation also succeeds if no overlap is in progress.',
    errors: resultUnion('ExpirePreviousSecretsResult', usualErrors),
    args: { id: t.arg.id({ required: true, description: idDescription }) },
    resolve: (_root, { id }, context) => expirePreviousSecrets(context, id),
  }),
  revealEndpointSecret: t.field({
    type: RevealEndpointSecretSuccess,
    description: 'Reveals the current secret of an endpoint. The audit log records it.',
    errors: resultUnion('RevealEndpointSecretResult', usualErrors),
    args: { id: t.arg.id({ required: true, description: idDescription }) },
    resolve: (_root, { id }, context) => revealEndpointSecret(context, id),
  }),
  sendTestEvent: t.field({
    type: DeliveryType,
    description:
      'Sends a test event to one endpoint, whatever its status and its event types are. There is one attempt and no automatic retry.',
    errors: resultUnion('SendTestEventResult', [...usualErrors, 'PAYLOAD_TOO_LARGE', 'QUOTA_EXCEEDED']),
    args: {
      endpointId: t.arg.id({ required: true, description: idDescription }),
      type: t.arg.string({
        description:
          'The event type. A portal token can only send types that were published before. Default: `webhook.test`.',
      }),
      payload: t.arg({
        type: 'JSON',
        description:
          'The payload as JSON. `null` is sent as JSON null, unless `payloadText` is given. Default if both arguments are absent: an object that says that it is a test.',
      }),
      payloadText: t.arg.string({
        description:
          'The payload as JSON text, which is sent byte for byte. Use it for integers beyond 2^53, or if whitespace matters. Give either `payload` or `payloadText`. At most `Settings.maxPayloadBytes`, 262,144 by default.',
      }),
    },
    resolve: (_root, { endpointId, type, payload, payloadText }, context) =>
      sendTestEvent(context, endpointId, type ?? null, payload, payloadText ?? null),
  }),
}));
