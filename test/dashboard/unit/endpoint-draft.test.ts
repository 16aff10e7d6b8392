import { expect, it } from 'vitest';
import { checkDraft } from '../../../src/dashboard/screens/endpoints/form/check-draft.ts';
import {
  changesOfDraft,
  createDraft,
  createInputOfDraft,
} from '../../../src/dashboard/screens/endpoints/form/draft.ts';
import { findPreset, listPresets } from '../../../src/dashboard/screens/endpoints/form/schedules.ts';
import { inputLimits } from '../../../src/domain/input-limits.ts';

const settings = {
  ...inputLimits,
  defaultTimeoutMs: 20_000,
  defaultRetryScheduleSeconds: [10, 600],
  defaultDisableAfterSeconds: 0,
  maxEventTypesPerEndpoint: 2,
  maxHeadersPerEndpoint: 1,
};
const draft = { ...createDraft(settings), name: 'Billing', url: 'https://example.com/hook' };

it('the endpoint form starts with the default retry schedule of the server', () => {
  expect(draft.schedule).toBe('10s, 10m');
  expect(listPresets(settings)[0]).toEqual({ id: 'default', label: 'Default (2 over 10 min)', steps: [10, 600] });
  expect(findPreset([60, 300, 1_440], settings)?.label).toBe('Short (3 over 30 min)');
});

it('the endpoint form sends no retry schedule for a new endpoint that uses the default', () => {
  expect(createInputOfDraft(draft, settings)).toEqual({ name: 'Billing', url: 'https://example.com/hook' });
  expect(createInputOfDraft({ ...draft, schedule: '1m' }, settings)).toMatchObject({ retryScheduleSeconds: [60] });
});

it('the endpoint form resets the retry schedule to null when the user selects the default again', () => {
  expect(changesOfDraft(draft, { ...draft, schedule: '1m' }, settings)).toEqual({ retryScheduleSeconds: null });
});

it('the endpoint form rejects more headers or event types than the server allows', () => {
  const header = { key: 'a', name: 'a', value: 'b', secret: false, keptName: null };
  expect(checkDraft({ ...draft, headers: [header], eventTypes: ['a', 'b'] }, settings)).toEqual({});
  expect(checkDraft({ ...draft, headers: [header, header], eventTypes: ['a', 'b', 'c'] }, settings)).toEqual({
    'input.headers': 'At most 1.',
    'input.eventTypes': 'At most 2.',
  });
});
