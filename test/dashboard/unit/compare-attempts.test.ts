import { expect, test } from 'vitest';
import { compareAttempts } from '../../../src/dashboard/screens/deliveries/detail/compare-attempts.ts';
import type { DetailAttempt } from '../../../src/dashboard/screens/deliveries/detail/detail-documents.ts';

function anAttempt(number: number, status: number, body: string): DetailAttempt {
  return {
    number,
    trigger: 'SCHEDULE',
    startedAt: `2026-11-27T10:00:0${number}.000Z`,
    durationMs: number,
    timings: null,
    request: { method: 'POST' },
    preparedRequest: {
      method: 'POST',
      url: 'https://shop.test/hook',
      headers: [
        { name: 'webhook-timestamp', value: String(number) },
        { name: 'X-Webhook-Attempt', value: String(number) },
        { name: 'x-own', value: 'same' },
      ],
      body: '{}',
    },
    response: {
      status,
      headers: [
        { name: 'date', value: String(number) },
        { name: 'server', value: `s${number}` },
      ],
      body,
      bodyTruncated: false,
    },
    error: null,
  };
}

test('compareAttempts returns only the fields that differ, bodies first, without fields that differ in every attempt', () => {
  expect(compareAttempts(anAttempt(1, 500, 'down'), anAttempt(2, 200, 'ok'))).toEqual([
    { name: 'Response body', before: 'down', after: 'ok' },
    { name: 'Outcome', before: '500', after: '200' },
    { name: 'Response server', before: 's1', after: 's2' },
  ]);
});

test('compareAttempts returns only the lines in which two long bodies differ, with one value of a JSON body in each line', () => {
  const body = (id: string, at: number) => `{"shop":"north","id":"${id}","items":[1,2,3],"at":${at}}`;
  const [first] = compareAttempts(anAttempt(1, 500, body('a', 1)), anAttempt(2, 500, body('b', 2)));
  expect(first).toEqual({
    name: 'Response body',
    before: '…\n  "id": "a",\n…\n  "at": 1\n…',
    after: '…\n  "id": "b",\n…\n  "at": 2\n…',
  });
  const page = (...lines: string[]) => ['<html>', ...lines, '</html>'].join('\n');
  const [second] = compareAttempts(anAttempt(1, 500, page('<p>', 'down')), anAttempt(2, 500, page('<p>')));
  expect(second).toEqual({ name: 'Response body', before: '…\ndown\n…', after: '…' });
});

test('compareAttempts returns no difference for two attempts with the same request and response', () => {
  const [before, after] = [anAttempt(1, 500, 'down'), anAttempt(2, 500, 'down')];
  const response = after.response && { ...after.response, headers: before.response?.headers ?? [] };
  expect(compareAttempts(before, { ...after, response })).toEqual([]);
});
