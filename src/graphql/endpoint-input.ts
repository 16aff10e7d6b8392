import type { InputFieldBuilder } from '@pothos/core';
import { builder, type SchemaTypes } from './builder.ts';
import { EndpointOrderingType, EndpointStatusType, HttpMethodType } from './enums.ts';

const HeaderInput = builder.inputType('HeaderInput', {
  description: 'A custom header to send with each request.',
  fields: t => ({
    name: t.string({
      required: true,
      description:
        'The name, such as `authorization`. Names that Livehook sets itself (`webhook-id`, `host`, `user-agent`) and names that proxies and cloud platforms trust (`x-forwarded-for`, `metadata-flavor`) are rejected, also in spellings that servers read as the same name (`webhook_id`).',
    }),
    value: t.string({ required: true, description: 'The value of the header. Ignored if `keepValue` is true.' }),
    secret: t.boolean({
      defaultValue: true,
      description: 'Whether the value is stored encrypted and never shown again.',
    }),
    keepValue: t.boolean({
      defaultValue: false,
      description:
        'Whether the endpoint keeps the stored value and `secret` of the header with this name, so that other headers can be changed without knowing the value. Pass `""` as `value` then.',
    }),
  }),
});

type Fields = InputFieldBuilder<PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>, 'InputObject'>;

/** The fields of the inputs for create and update. They have no default values, because absent and null differ. */
function settings(t: Fields) {
  return {
    eventTypes: t.stringList({
      description:
        'The event types that the endpoint receives, exact or as prefixes such as `license.*`. An empty list means all types except `livehook.*`. Default: an empty list.',
    }),
    headers: t.field({
      type: [HeaderInput],
      description:
        'Custom headers to send with each request, such as `{ name: "authorization", value: "Bearer ..." }`. Names that the server sets itself are rejected. Default: none.',
    }),
    method: t.field({ type: HttpMethodType, description: 'The HTTP method of the requests. Default: POST.' }),
    bodyTemplate: t.string({
      description:
        'A Liquid template for the body, such as `{"text":{{ payload.title | json }}}`. It can read `payload`, `event`, `delivery` and `endpoint`. A missing variable prints nothing, or `null` with the filter `json`. A rendering may take 50 ms of processor time and print 1,048,576 characters. The template is rejected if it cannot be compiled, or if its output can never be valid JSON although the content type is JSON. Default: the payload as published.',
    }),
    timeoutMs: t.int({
      description:
        'The largest duration of one attempt, in milliseconds: 100 to 60,000. Default: `Settings.defaultTimeoutMs`, 10,000 unless the operator changed it.',
    }),
    retryScheduleSeconds: t.intList({
      description:
        'The delay after each failed attempt, in seconds, each varied at random by up to 10% in both directions: up to 30 numbers from 0 to 604,800. `[60, 600, 3600]` allows four attempts, `[]` a single one. Default: 9 delays over about 75 hours.',
    }),
    maxConcurrency: t.int({
      description:
        'The largest number of requests to the endpoint in flight at once, of all senders together: 1 to 10,000. Default: only the limit of each sender applies.',
    }),
    rateLimitPerSecond: t.float({
      description: 'The largest number of requests per second: 0.001 to 100,000. Default: no limit.',
    }),
    ordering: t.field({
      type: EndpointOrderingType,
      description:
        'Whether deliveries are sent one at a time in the order in which their events were published. Default: NONE.',
    }),
    disableOnGone: t.boolean({
      description:
        'Whether a response of 410 disables the endpoint. Default: true for a literal URL, false for a templated one.',
    }),
    disableAfterSeconds: t.int({
      description:
        'The endpoint is disabled automatically once its attempts have failed for this number of seconds without a success: 0 (never) to 31,536,000. The event `livehook.endpoint.failing` is published after half of that time. A successful test event enables the endpoint again. Default: `Settings.defaultDisableAfterSeconds`, 432,000 (5 days) unless the operator changed it.',
    }),
    storeResponseBody: t.boolean({
      description:
        'Whether response bodies are stored up to their size limit. If false, only their first 500 bytes are stored. Default: true.',
    }),
    status: t.field({
      type: EndpointStatusType,
      description: 'Whether deliveries to the endpoint are created and sent. Default: ENABLED.',
    }),
  };
}

const nameDescription = 'The name of the endpoint: 1 to 200 characters.';
const urlDescription =
  'The URL that requests are sent to: http or https, without user and password. Path and query may have a Liquid template, such as `https://shop.example/orders/{{ payload.id }}`. Its values are percent-encoded. A variable that is missing or null, or empty in the path, is a template error, which `{{ payload.id | default: "none" }}` avoids.';

export const secretDescription =
  'The secret that requests are signed with: `whsec_` and the base64 of 24 to 64 bytes, or a secret that receivers already have: 8 to 256 characters without control characters, such as `sk_live_...`. The key of `webhook-signature` is the decoded base64 after `whsec_`, or the UTF-8 bytes of any other text. Other text that is valid base64 is also decoded for a second signature. The key of `x-webhook-signature` is the whole text. Default: `whsec_` and 32 random bytes.';

export const CreateEndpointInput = builder.inputType('CreateEndpointInput', {
  description: 'The settings of a new endpoint.',
  fields: t => ({
    name: t.string({ required: true, description: nameDescription }),
    url: t.string({ required: true, description: urlDescription }),
    ...settings(t),
    secret: t.string({ description: secretDescription }),
  }),
});

export const UpdateEndpointInput = builder.inputType('UpdateEndpointInput', {
  description:
    'The settings to change. An absent field keeps its value, null resets it to the default, and a list replaces the whole list.',
  fields: t => ({
    name: t.string({ description: nameDescription }),
    url: t.string({ description: urlDescription }),
    ...settings(t),
  }),
});
