import { describe, expect, it } from 'vitest';
import { checkDraft } from '../../../src/dashboard/screens/endpoints/form/check-draft.ts';
import { createDraft, createInputOfDraft, type Draft } from '../../../src/dashboard/screens/endpoints/form/draft.ts';
import { createEncryption } from '../../../src/database/encryption.ts';
import { toColumns } from '../../../src/domain/endpoints/endpoint-input.ts';
import { inputLimits } from '../../../src/domain/input-limits.ts';
import { createAddressPolicy } from '../../../src/egress/address-guard.ts';
import { BadUserInputError } from '../../../src/errors.ts';

const settings = {
  ...inputLimits,
  defaultTimeoutMs: 10_000,
  defaultRetryScheduleSeconds: [5, 300],
  defaultDisableAfterSeconds: 432_000,
  maxEventTypesPerEndpoint: 100,
  maxHeadersPerEndpoint: 20,
};
const fine: Draft = { ...createDraft(settings), name: 'Shop', url: 'https://shop.test/hook' };
const aHeader = (name: string, value: string) => ({ key: name, name, value, secret: false, keptName: null });

/** Returns the arguments that the server rejects for this draft. */
function serverProblems(draft: Draft): string[] {
  try {
    toColumns(createInputOfDraft(draft, settings), createAddressPolicy(), createEncryption(new Uint8Array(32)));
    return [];
  } catch (error) {
    if (error instanceof BadUserInputError) return error.problems.map(({ argument }) => argument);
    throw error;
  }
}

describe('the validation of the endpoint form and that of the server', () => {
  it.each<[string, Partial<Draft>, string[]]>([
    ['valid settings only', {}, []],
    ['no name', { name: ' ' }, ['input.name']],
    ['a long name', { name: 'x'.repeat(201) }, ['input.name']],
    ['no URL', { url: '' }, ['input.url']],
    ['a relative URL', { url: '/hook' }, ['input.url']],
    ['another scheme', { url: 'ftp://shop.test/' }, ['input.url']],
    ['a user name in the URL', { url: 'https://me@shop.test/' }, ['input.url']],
    ['a fragment in the URL', { url: 'https://shop.test/#a' }, ['input.url']],
    ['a space in the URL', { url: 'https://shop.test/a b' }, ['input.url']],
    ['a template in the host', { url: 'https://{{ payload.host }}/' }, ['input.url']],
    ['a template in the path', { url: 'https://shop.test/{{ payload.id }}' }, []],
    ['an event type', { eventTypes: ['order.created', 'order.*'] }, []],
    ['a wrong event type', { eventTypes: ['order.created', 'or der'] }, ['input.eventTypes.1']],
    ['a long event type', { eventTypes: ['x'.repeat(129)] }, ['input.eventTypes.0']],
    ['a header', { headers: [aHeader('x-shop', 'open')] }, []],
    ['a wrong header name', { headers: [aHeader('x shop', 'open')] }, ['input.headers.0.name']],
    ['a schedule', { schedule: '5s, 7d' }, []],
    ['a long step', { schedule: '8d' }, ['input.retryScheduleSeconds']],
    ['31 steps', { schedule: Array(31).fill('5s').join() }, ['input.retryScheduleSeconds']],
    ['the bounds of numbers', { timeout: '60s', maxConcurrency: '10000', rateLimitPerSecond: '0.001' }, []],
    ['a short timeout', { timeout: '99ms' }, ['input.timeoutMs']],
    ['a concurrency of 0', { maxConcurrency: '0' }, ['input.maxConcurrency']],
    ['a fractional concurrency', { maxConcurrency: '1.5' }, ['input.maxConcurrency']],
    ['a slow rate', { rateLimitPerSecond: '0.0001' }, ['input.rateLimitPerSecond']],
    ['a year of failures', { disableAfter: '365d' }, []],
    ['more than a year of failures', { disableAfter: '366d' }, ['input.disableAfterSeconds']],
  ])('find the same invalid fields, or none, in an endpoint with %s', (_name, part, expected) => {
    const draft = { ...fine, ...part };
    expect(Object.keys(checkDraft(draft, settings))).toEqual(expected);
    // The server names the single invalid step of a schedule by its index, but the form names the whole schedule.
    const named = serverProblems(draft).map(argument => argument.replace(/(ScheduleSeconds)\.\d+$/, '$1'));
    expect(named).toEqual(expected);
  });
});
