import type { Settings } from '../../../api/settings.ts';
import type { CreateEndpointInput, HttpMethod, UpdateEndpointInput } from '../../../generated/graphql.ts';
import type { ShownEndpoint } from '../documents.ts';
import { parseDuration, writeDuration } from './duration.ts';
import { readSchedule, scheduleInput, writeSchedule } from './schedules.ts';

export interface HeaderDraft {
  /** The React key of the row. */
  readonly key: string;
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
  /**
   * The name of the header under which the server has a secret value, which stays unchanged if the field is empty. Null
   * for a new header.
   */
  readonly keptName: string | null;
}

/** The contents of the endpoint form. Numbers and durations are the typed texts, and '' means the default. */
export interface Draft {
  readonly name: string;
  readonly url: string;
  readonly method: HttpMethod;
  readonly eventTypes: readonly string[];
  readonly headers: readonly HeaderDraft[];
  readonly schedule: string;
  readonly bodyTemplate: string;
  readonly timeout: string;
  readonly maxConcurrency: string;
  readonly rateLimitPerSecond: string;
  readonly isOrdered: boolean;
  /** Null for the default, which depends on the URL: true for a literal URL, false for a templated one. */
  readonly disableOnGone: boolean | null;
  readonly disableAfter: string;
  readonly storeResponseBody: boolean;
}

const emptyDraft: Omit<Draft, 'schedule'> = {
  name: '',
  url: '',
  method: 'POST',
  eventTypes: [],
  headers: [],
  bodyTemplate: '',
  timeout: '',
  maxConcurrency: '',
  rateLimitPerSecond: '',
  isOrdered: false,
  disableOnGone: null,
  disableAfter: '',
  storeResponseBody: true,
};

/** The draft of a new endpoint, with the defaults of the server. */
export function createDraft({ defaultRetryScheduleSeconds }: Settings): Draft {
  return { ...emptyDraft, schedule: writeSchedule(defaultRetryScheduleSeconds) };
}

export function draftOf(endpoint: ShownEndpoint): Draft {
  return {
    name: endpoint.name,
    url: endpoint.url,
    method: endpoint.method,
    eventTypes: endpoint.eventTypes,
    headers: endpoint.headers.map(({ name, value, secret }) => ({
      key: name,
      name,
      value: value ?? '',
      secret,
      keptName: secret ? name : null,
    })),
    schedule: writeSchedule(endpoint.retryScheduleSeconds),
    bodyTemplate: endpoint.bodyTemplate ?? '',
    timeout: writeDuration(endpoint.timeoutMs),
    maxConcurrency: endpoint.maxConcurrency?.toString() ?? '',
    rateLimitPerSecond: endpoint.rateLimitPerSecond?.toString() ?? '',
    isOrdered: endpoint.ordering === 'FIFO',
    disableOnGone: endpoint.disableOnGone,
    disableAfter: writeDuration(endpoint.disableAfterSeconds * 1_000),
    storeResponseBody: endpoint.storeResponseBody,
  };
}

/** Whether these fields of a draft have the values of a new endpoint. */
export function isDefault(draft: Draft, parts: readonly (keyof Draft)[], settings: Settings): boolean {
  const initial = createDraft(settings);
  return parts.every(part => JSON.stringify(draft[part]) === JSON.stringify(initial[part]));
}

/** Whether a URL contains a template tag. */
export function isTemplated(url: string): boolean {
  return /\{[{%]/.test(url);
}

/** Converts each field of the draft to the input of the API. An input of null selects the default. */
const inputs = {
  name: draft => ({ name: draft.name.trim() }),
  url: draft => ({ url: draft.url.trim() }),
  method: ({ method }) => ({ method }),
  eventTypes: ({ eventTypes }) => ({ eventTypes: [...eventTypes] }),
  headers: ({ headers }) => ({
    headers: headers.map(({ name, value, secret, keptName }) => ({
      name: name.trim(),
      value,
      secret,
      keepValue: keptName !== null && value === '',
    })),
  }),
  schedule: ({ schedule }, settings) => ({
    retryScheduleSeconds: scheduleInput(
      readSchedule(schedule).filter(step => step !== null),
      settings,
    ),
  }),
  bodyTemplate: ({ bodyTemplate }) => ({ bodyTemplate: bodyTemplate.trim() === '' ? null : bodyTemplate }),
  timeout: ({ timeout }) => ({ timeoutMs: timeout.trim() === '' ? null : parseDuration(timeout) }),
  maxConcurrency: ({ maxConcurrency }) => ({ maxConcurrency: readNumber(maxConcurrency) }),
  rateLimitPerSecond: ({ rateLimitPerSecond }) => ({ rateLimitPerSecond: readNumber(rateLimitPerSecond) }),
  isOrdered: ({ isOrdered }) => ({ ordering: isOrdered ? 'FIFO' : 'NONE' }),
  disableOnGone: ({ disableOnGone }) => ({ disableOnGone }),
  disableAfter: ({ disableAfter }) => {
    const spanMs = parseDuration(disableAfter);
    return { disableAfterSeconds: spanMs === null ? null : Math.round(spanMs / 1_000) };
  },
  storeResponseBody: ({ storeResponseBody }) => ({ storeResponseBody }),
} satisfies { [Part in keyof Draft]: (draft: Draft, settings: Settings) => UpdateEndpointInput };

/** The differences from `before` as input of updateEndpoint. Unchanged settings are left out. */
export function changesOfDraft(draft: Draft, before: Draft, settings: Settings): UpdateEndpointInput {
  const parts = Object.keys(inputs) as (keyof Draft)[];
  const changed = parts.filter(part => JSON.stringify(draft[part]) !== JSON.stringify(before[part]));
  return Object.assign({}, ...changed.map(part => inputs[part](draft, settings)));
}

/** Converts the draft to the input of createEndpoint. */
export function createInputOfDraft(draft: Draft, settings: Settings): CreateEndpointInput {
  return { ...changesOfDraft(draft, createDraft(settings), settings), ...inputs.name(draft), ...inputs.url(draft) };
}

function readNumber(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}
