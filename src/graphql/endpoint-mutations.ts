import { createEndpoint } from '../domain/endpoints/create-endpoint.ts';
import { deleteEndpoint } from '../domain/endpoints/delete-endpoint.ts';
import type { EndpointRow } from '../domain/endpoints/endpoint-row.ts';
import { revealEndpointSecret, rotateEndpointSecret } from '../domain/endpoints/endpoint-secrets.ts';
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
      endpoint: t.expose('endpoint', { type: EndpointType, description: 'The endpoint.' }),
      secret: t.exposeString('secret', {
        description: 'The secret that signs from now on: `whsec_<base64>`, or the one that was given.',
      }),
    }),
  });
}

const CreateEndpointSuccess = secretResult('CreateEndpointSuccess', 'The new endpoint.');
const RotateEndpointSecretSuccess = secretResult('RotateEndpointSecretSuccess', 'The endpoint with its new secret.');

const RevealEndpointSecretSuccess = builder
  .objectRef<{ readonly secret: string }>('RevealEndpointSecretSuccess')
  .implement({
    description: 'The secret.',
    fields: t => ({
      secret: t.exposeString('secret', {
        description: 'The current secret: `whsec_<base64>`, or the one that was given.',
      }),
    }),
  });

const idDescription = 'The endpoint, such as `ep_01h455vb4pex5vsknk084sn02q`.';
const usualErrors = ['NOT_FOUND', 'BAD_USER_INPUT', 'INVALID_STATE'] as const;

builder.mutationFields(t => ({
  createEndpoint: t.field({
    type: CreateEndpointSuccess,
    description: 'Makes an endpoint; events published from now on go to it.',
    errors: resultUnion('CreateEndpointResult', ['BAD_USER_INPUT', 'QUOTA_EXCEEDED']),
    args: { input: t.arg({ type: CreateEndpointInput, required: true, description: 'The endpoint.' }) },
    resolve: (_root, { input }, context) => createEndpoint(context, input),
  }),
  updateEndpoint: t.field({
    type: EndpointType,
    description: 'Changes an endpoint: absent keeps, null resets, lists replace whole. Pending deliveries follow it.',
    errors: resultUnion('UpdateEndpointResult', usualErrors),
    args: {
      id: t.arg.id({ required: true, description: idDescription }),
      input: t.arg({ type: UpdateEndpointInput, required: true, description: 'What to change.' }),
    },
    resolve: (_root, { id, input }, context) => updateEndpoint(context, id, input),
  }),
  deleteEndpoint: t.field({
    type: EndpointType,
    description: 'Deletes an endpoint: waiting deliveries become FAILED / ENDPOINT_DELETED; its history stays.',
    errors: resultUnion('DeleteEndpointResult', usualErrors),
    args: { id: t.arg.id({ required: true, description: idDescription }) },
    resolve: (_root, { id }, context) => deleteEndpoint(context, id),
  }),
  rotateEndpointSecret: t.field({
    type: RotateEndpointSecretSuccess,
    description:
      'Gives an endpoint a new secret. For the overlap every request carries a signature with each of them, so that receivers can change over at any moment of it. At most the ten newest secrets sign.',
    errors: resultUnion('RotateEndpointSecretResult', usualErrors),
    args: {
      id: t.arg.id({ required: true, description: idDescription }),
      overlapSeconds: t.arg.int({
        description:
          'How long the old secret keeps signing, in seconds: 0 (not at all) to 2,592,000 (30 days). Default: 86,400 (a day).',
      }),
      secret: t.arg.string({ description: secretDescription }),
    },
    resolve: (_root, { id, overlapSeconds, secret }, context) =>
      rotateEndpointSecret(context, id, overlapSeconds ?? null, secret ?? null),
  }),
  revealEndpointSecret: t.field({
    type: RevealEndpointSecretSuccess,
    description: 'Shows the current secret of an endpoint.',
    errors: resultUnion('RevealEndpointSecretResult', usualErrors),
    args: { id: t.arg.id({ required: true, description: idDescription }) },
    resolve: (_root, { id }, context) => revealEndpointSecret(context, id),
  }),
  sendTestEvent: t.field({
    type: DeliveryType,
    description: 'Sends a test event to one endpoint, whatever its status and types: one attempt, no automatic retry.',
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
          'The payload. `null` is sent as JSON null, unless `payloadText` is given. Default where both arguments are absent: an object that says that it is a test.',
      }),
      payloadText: t.arg.string({
        description:
          'The payload as valid JSON text, which is sent byte for byte: for integers beyond 2^53, or where whitespace matters. Give either `payload` or `payloadText`. At most 262,144 bytes, unless the server says otherwise.',
      }),
    },
    resolve: (_root, { endpointId, type, payload, payloadText }, context) =>
      sendTestEvent(context, endpointId, type ?? null, payload, payloadText ?? null),
  }),
}));
