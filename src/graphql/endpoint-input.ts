import type { InputFieldBuilder } from '@pothos/core';
import { builder, type SchemaTypes } from './builder.ts';
import { EndpointOrderingType, EndpointStatusType, HttpMethodType } from './enums.ts';

const HeaderInput = builder.inputType('HeaderInput', {
  description: 'A custom header to send along.',
  fields: t => ({
    name: t.string({
      required: true,
      description:
        'The name, such as `authorization`. Names that Livehook sets itself (`webhook-id`, `host`, `user-agent`) and names that proxies and cloud platforms trust (`x-forwarded-for`, `metadata-flavor`) are refused, also in spellings that servers read as the same name (`webhook_id`).',
    }),
    value: t.string({ required: true, description: 'Its value.' }),
    secret: t.boolean({ defaultValue: true, description: 'Whether its value is never shown again.' }),
    keepValue: t.boolean({
      defaultValue: false,
      description:
        'true: it keeps the value that the endpoint has under this name, which nobody need know to change the others, and a secret stays one. `value` is ignored then: pass `""`.',
    }),
  }),
});

type Fields = InputFieldBuilder<PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>, 'InputObject'>;

/** What both inputs have. An input type has no default of its own here: absent and null mean different things. */
function settings(t: Fields) {
  return {
    eventTypes: t.stringList({
      description:
        'What it receives: event types, or prefixes such as `license.*`. None: every type but those of `livehook.*`.',
    }),
    headers: t.field({
      type: [HeaderInput],
      description:
        'Custom headers to send along, such as `{ name: "authorization", value: "Bearer ..." }`. Names that the server sets itself are refused. Default: none.',
    }),
    method: t.field({ type: HttpMethodType, description: 'The method of its requests. Default: POST.' }),
    bodyTemplate: t.string({
      description:
        'A Liquid template for the body: `{"text":{{ payload.title | json }}}`. It reads `payload`, `event`, `delivery` and `endpoint`. A missing variable prints nothing, and `null` behind the filter `json`. A rendering may take 50 ms of processor time and print 1,048,576 characters. Refused if it cannot be compiled, and, where requests have a JSON content type, if no payload could make it valid JSON. Default: the payload as published.',
    }),
    timeoutMs: t.int({
      description:
        "How long one attempt may take in all, in milliseconds: 100 to 60,000. Default: the server's, 10,000.",
    }),
    retryScheduleSeconds: t.intList({
      description:
        'How long to wait after each failed attempt, in seconds, give or take 10 %: up to 30 numbers of 0 to 604,800. `[60, 600, 3600]` makes four attempts, `[]` a single one. Default: about 75 hours in 9 steps.',
    }),
    maxConcurrency: t.int({ description: "The most requests in flight at once: 1 to 10,000. Default: the server's." }),
    rateLimitPerSecond: t.float({ description: 'The most requests a second: 0.001 to 100,000. Default: no limit.' }),
    ordering: t.field({
      type: EndpointOrderingType,
      description:
        'Whether deliveries are sent one at a time in the order in which they were published. Default: NONE.',
    }),
    disableOnGone: t.boolean({
      description: 'Whether an answer of 410 disables it. Default: true for a literal URL, false for a templated one.',
    }),
    disableAfterSeconds: t.int({
      description:
        "For how long nothing but failures disables it, in seconds: 0 (never) to 31,536,000. It is told as `livehook.endpoint.failing` at half of that, and enabled again by a test that succeeds. Default: the server's, 432,000 (5 days).",
    }),
    storeResponseBody: t.boolean({
      description: 'Whether response bodies are stored. If false, only the first 500 bytes are kept. Default: true.',
    }),
    status: t.field({ type: EndpointStatusType, description: 'Whether it takes deliveries. Default: ENABLED.' }),
  };
}

const nameDescription = 'What to call it: 1 to 200 characters.';
const urlDescription =
  'Where requests go: http or https, without user and password. Path and query may hold a Liquid template, such as `https://shop.example/orders/{{ payload.id }}`. Its values are percent-encoded. A variable that is missing or null, or that is empty in the path, is a template error; `{{ payload.id | default: "none" }}` avoids it.';

export const secretDescription =
  'The secret that signs: `whsec_` and base64 of 24 to 64 bytes, or the secret that receivers have from another system: 8 to 256 characters without control characters, such as `sk_live_...`. `webhook-signature` is keyed with the bytes that the base64 after `whsec_` decodes to, or with the UTF-8 bytes of other text. Text that can be read as base64 is also decoded and gives a second signature. `x-webhook-signature` is keyed with the whole text. Default: `whsec_` and 32 random bytes.';

export const CreateEndpointInput = builder.inputType('CreateEndpointInput', {
  description: 'A new endpoint.',
  fields: t => ({
    name: t.string({ required: true, description: nameDescription }),
    url: t.string({ required: true, description: urlDescription }),
    ...settings(t),
    secret: t.string({ description: secretDescription }),
  }),
});

export const UpdateEndpointInput = builder.inputType('UpdateEndpointInput', {
  description: 'What to change: absent keeps, null resets to the default, lists replace whole.',
  fields: t => ({
    name: t.string({ description: nameDescription }),
    url: t.string({ description: urlDescription }),
    ...settings(t),
  }),
});
