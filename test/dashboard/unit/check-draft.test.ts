import { describe, expect, it } from 'vitest';
import { readOutcome } from '../../../src/dashboard/api/outcome.ts';
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

/** Returns the error with which the server rejects this draft. */
function serverError(draft: Draft): Pick<BadUserInputError, 'message' | 'argument' | 'problems'> {
  try {
    toColumns(createInputOfDraft(draft, settings), createAddressPolicy(), createEncryption(new Uint8Array(32)));
  } catch (error) {
    if (error instanceof BadUserInputError) return error;
    throw error;
  }
  return { message: '', argument: '', problems: [] };
}

describe('an error of the server', () => {
  it.each<[string, Partial<Draft>, string]>([
    ['a control character in its name', { name: 'Shop\u0007' }, 'Must not contain control characters.'],
    [
      'an invisible character in its URL',
      { url: 'https://shop.test/\u200b' },
      'Must not contain control or invisible characters.',
    ],
    ['a private address', { url: 'http://10.0.0.1/' }, '10.0.0.1 is a private address. Allow it with EGRESS_ALLOW.'],
    ['a header that Livehook sets', { headers: [aHeader('Host', 'a')] }, '"host" is set by Livehook.'],
    ['a header twice', { headers: [aHeader('x-a', '1'), aHeader('X-A', '2')] }, '"x-a" is given twice.'],
    ['a long template', { bodyTemplate: 'x'.repeat(65_537) }, 'Must have at most 65536 characters.'],
  ])(
    'is shown as a sentence without the argument, like the errors of the form, for an endpoint with %s',
    (_name, part, text) => {
      const draft = { ...fine, ...part };
      expect(checkDraft(draft, settings)).toEqual({});
      const { message, argument, problems } = serverError(draft);
      const path = argument.split('.');
      const member = {
        __typename: 'BadUserInputError',
        message,
        argument,
        problems: [{ path, message: problems[0]?.message ?? '' }],
      };
      expect(readOutcome(member, undefined)).toMatchObject({ message: text, problems: [{ path, message: text }] });
    },
  );
});

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
    ['a backslash in the URL', { url: 'https://shop.test/a\\b' }, ['input.url']],
    ['a percent sign in the host', { url: 'https://sh%6fp.test/' }, ['input.url']],
    ['the port 0', { url: 'https://shop.test:0/' }, ['input.url']],
    ['a port above 65535', { url: 'https://shop.test:65536/' }, ['input.url']],
    ['no host', { url: 'https:///hook' }, ['input.url']],
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
    const named = serverError(draft).problems.map(({ argument }) => argument.replace(/(ScheduleSeconds)\.\d+$/, '$1'));
    expect(named).toEqual(expected);
  });
});
