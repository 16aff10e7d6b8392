import { describe, expect, it } from 'vitest';
import { type AttemptResult, decideNextStep, parseRetryAfter, type ScheduleState } from '../../../src/delivery.ts';
import fc from '../../fixtures/seeded-fast-check.ts';

const now = Date.parse('2026-11-21T12:00:00.000Z');
/** The random number for which the jitter is 0. */
const middle = 0.5;

const fresh: ScheduleState = { attemptNumber: 1, scheduleStep: 0, interruptions: 0, scheduleSeconds: [5, 300, 1800] };
const response = (status: number, retryAfter: string | null = null): AttemptResult => ({
  kind: 'response',
  status,
  retryAfter,
});
const failure: AttemptResult = { kind: 'error', failureReason: null };
const interrupted: AttemptResult = { kind: 'interrupted' };

function decide(result: AttemptResult, state: Partial<ScheduleState> = {}, random = middle) {
  return decideNextStep(result, { ...fresh, ...state }, now, random);
}

describe('a response', () => {
  it.each([200, 201, 202, 204, 205, 226, 299])('with status %i makes the delivery SUCCEEDED', status => {
    expect(decide(response(status))).toEqual({ status: 'SUCCEEDED' });
  });

  it('with status 410 makes the delivery FAILED with the reason GONE, although the retry schedule has steps left', () => {
    expect(decide(response(410))).toMatchObject({ status: 'FAILED', failureReason: 'GONE' });
  });

  it.each([300, 301, 302, 304, 307, 308, 400, 401, 404, 409, 429, 500, 502, 503, 504, 599])(
    'with status %i makes the delivery wait for the next step of its retry schedule',
    status => {
      expect(decide(response(status))).toMatchObject({ status: 'RETRYING', delayMs: 5000, scheduleStep: 1 });
    },
  );
});

describe('an attempt without a response', () => {
  it('makes the delivery wait for the next step of its retry schedule if a later attempt could succeed', () => {
    expect(decide(failure, { scheduleStep: 1 })).toMatchObject({
      status: 'RETRYING',
      delayMs: 300_000,
      scheduleStep: 2,
    });
  });

  it('makes the delivery FAILED with the reason UNSENDABLE if no attempt can ever succeed', () => {
    const blocked: AttemptResult = { kind: 'error', failureReason: 'UNSENDABLE' };
    expect(decide(blocked)).toMatchObject({ status: 'FAILED', failureReason: 'UNSENDABLE' });
  });
});

describe('the retry schedule', () => {
  it('makes the delivery FAILED with the reason EXHAUSTED after its last step', () => {
    expect(decide(failure, { scheduleStep: 3, attemptNumber: 4 })).toMatchObject({
      status: 'FAILED',
      failureReason: 'EXHAUSTED',
    });
  });

  it('makes the delivery FAILED with the reason EXHAUSTED after the first failed attempt if it is empty', () => {
    expect(decide(response(500), { scheduleSeconds: [] })).toMatchObject({ failureReason: 'EXHAUSTED' });
  });

  it('makes the delivery FAILED with the reason EXHAUSTED if an edit left fewer steps than the delivery has used', () => {
    expect(decide(failure, { scheduleStep: 3, scheduleSeconds: [5] })).toMatchObject({ failureReason: 'EXHAUSTED' });
  });

  it('adds a jitter of at most 10% to each wait, evenly in both directions', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 604_800 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (seconds, random) => {
          const next = decide(failure, { scheduleSeconds: [seconds] }, random);
          if (next.status !== 'RETRYING') throw new Error(next.status);
          expect(Number.isInteger(next.delayMs)).toBe(true);
          expect(next.delayMs).toBeGreaterThanOrEqual(Math.round(seconds * 900));
          expect(next.delayMs).toBeLessThanOrEqual(Math.round(seconds * 1100));
        },
      ),
    );
    expect(decide(failure, {}, 0)).toMatchObject({ delayMs: 4500 });
    expect(decide(failure, {}, 0.999_999)).toMatchObject({ delayMs: 5500 });
  });

  it('always ends the delivery, and maxAttempts is the number of its last attempt', () => {
    const results = fc.array(fc.constantFrom(failure, interrupted, response(503, '7')), {
      minLength: 400,
      maxLength: 400,
    });
    const schedules = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 30 });
    fc.assert(
      fc.property(results, schedules, (sequence, scheduleSeconds) => {
        let state: ScheduleState = { ...fresh, scheduleSeconds };
        let failures = 0;
        for (const result of sequence) {
          const isFailure = result.kind !== 'interrupted' || state.interruptions === 2;
          if (isFailure) failures += 1;
          const next = decideNextStep(result, state, now, middle);
          if (next.status !== 'RETRYING') {
            expect(next).toMatchObject({ status: 'FAILED', failureReason: 'EXHAUSTED' });
            expect(failures).toBe(scheduleSeconds.length + 1);
            return;
          }
          expect(next.scheduleStep).toBe(failures);
          // If no further attempt is interrupted, the further attempts are one more than the remaining steps of the
          // schedule.
          expect(next.maxAttempts).toBe(state.attemptNumber + 1 + scheduleSeconds.length - failures);
          state = { ...next, attemptNumber: state.attemptNumber + 1, scheduleSeconds };
        }
        expect.unreachable();
      }),
      { numRuns: 50 },
    );
  });
});

describe('an interrupted attempt', () => {
  it('makes the delivery due at once, and uses an attempt number but no step of the retry schedule', () => {
    expect(decide(interrupted, { attemptNumber: 2, scheduleStep: 1 })).toEqual({
      status: 'RETRYING',
      delayMs: 0,
      scheduleDelayMs: null,
      scheduleStep: 1,
      interruptions: 1,
      maxAttempts: 5,
      pauseEndpointMs: null,
    });
  });

  it('counts as a failed attempt if it is the third interrupted one in a row', () => {
    expect(decide(interrupted, { interruptions: 1 })).toMatchObject({ delayMs: 0, interruptions: 2 });
    expect(decide(interrupted, { interruptions: 2 })).toMatchObject({
      delayMs: 5000,
      scheduleStep: 1,
      interruptions: 0,
    });
  });

  it('ends the delivery if it is the third interrupted one in a row and the retry schedule is used up', () => {
    expect(decide(interrupted, { interruptions: 2, scheduleStep: 3 })).toMatchObject({ failureReason: 'EXHAUSTED' });
  });

  it('is not counted together with the interrupted attempts before an attempt with a response', () => {
    expect(decide(response(500), { interruptions: 2 })).toMatchObject({ scheduleStep: 1, interruptions: 0 });
  });
});

describe('a Retry-After header', () => {
  it.each([429, 502, 503, 504])(
    'in a response with status %i lengthens the wait for the next attempt, and pauses the endpoint',
    status => {
      expect(decide(response(status, '60'))).toMatchObject({
        delayMs: 60_000,
        scheduleDelayMs: 5000,
        pauseEndpointMs: 60_000,
      });
    },
  );

  it('never makes the wait shorter than the retry schedule does', () => {
    expect(decide(response(429, '60'), { scheduleStep: 1 })).toMatchObject({
      delayMs: 300_000,
      scheduleDelayMs: null,
      pauseEndpointMs: 60_000,
    });
  });

  it('pauses the endpoint even if the delivery has no attempt left', () => {
    expect(decide(response(429, '60'), { scheduleSeconds: [] })).toEqual({
      status: 'FAILED',
      failureReason: 'EXHAUSTED',
      pauseEndpointMs: 60_000,
    });
  });

  it.each([200, 301, 400, 404, 500, 501])('has no effect in a response with status %i', status => {
    expect(decide(response(status, '60'))).not.toMatchObject({ pauseEndpointMs: 60_000 });
  });

  it.each(['1e9', '-1', 'soon', '', '1.5', '+5', '0x10', '5 5', '٥'])('is ignored if its value is %j', value => {
    expect(decide(response(429, value))).toMatchObject({ delayMs: 5000, pauseEndpointMs: null });
  });

  it('is ignored if it has no value to read, because the response contains the header twice', () => {
    expect(decide(response(429, null))).toMatchObject({ delayMs: 5000, pauseEndpointMs: null });
  });

  it('does not pause the endpoint if its value is 0 seconds', () => {
    expect(decide(response(429, '0'))).toMatchObject({ delayMs: 5000, pauseEndpointMs: null });
  });

  it.each(['86401', '99999999999999999999', '1000000000'])(
    'pauses the endpoint for only a day if it asks for %s seconds',
    value => {
      expect(decide(response(503, value))).toMatchObject({ delayMs: 86_400_000, pauseEndpointMs: 86_400_000 });
    },
  );

  it('with an HTTP date in the future lengthens the wait until that date, but at most to a day', () => {
    expect(parseRetryAfter('Sat, 21 Nov 2026 12:01:30 GMT', now)).toBe(90_000);
    expect(decide(response(429, 'Tue, 21 Nov 2028 12:00:00 GMT'))).toMatchObject({ delayMs: 86_400_000 });
  });

  it.each([
    ['in the past', 'Sat, 21 Nov 2026 11:59:59 GMT'],
    ['that equals the current time', 'Sat, 21 Nov 2026 12:00:00 GMT'],
    ['in another form', '2027-11-21T12:00:00Z'],
    ['in the obsolete RFC 850 form', 'Sunday, 21-Nov-27 12:00:00 GMT'],
    ['in the obsolete asctime form', 'Sun Nov 21 12:00:00 2027'],
    ['in another zone', 'Sun, 21 Nov 2027 12:00:00 CET'],
    ['that no calendar has', 'Wed, 31 Feb 2027 12:00:00 GMT'],
    ['on the wrong day of the week', 'Mon, 21 Nov 2027 12:00:00 GMT'],
    ['that cannot be parsed', 'Invalid Date'],
  ])('is ignored if it is a date %s', (_, value) => {
    expect(parseRetryAfter(value, now)).toBeNull();
  });

  it('is ignored or results in a wait of 0 seconds to a day, whatever its text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.stringMatching(/^\d{1,30}$/),
          fc.date({ noInvalidDate: true }).map(d => d.toUTCString()),
        ),
        value => {
          const next = decide(response(429, value));
          if (next.status !== 'RETRYING') throw new Error(next.status);
          expect(next.delayMs).toBeGreaterThanOrEqual(5000);
          expect(next.delayMs).toBeLessThanOrEqual(86_400_000);
          if (next.pauseEndpointMs !== null) expect(next.pauseEndpointMs).toBeGreaterThan(0);
        },
      ),
    );
  });
});
