import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, inject, it } from 'vitest';
import { makeClockEnvironment } from '../fixtures/test-clock.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));

/** The tests of code that counts hours, days or weeks. */
const calendarFiles = [
  'test/clocks/browser-time.test.ts',
  'test/domain/statistics',
  'test/domain/deliveries/list-deliveries.test.ts',
  'test/domain/deliveries/retry-policy.test.ts',
  'test/database/partitions.test.ts',
  'test/graphql/delivery-stats.test.ts',
  'test/graphql/format-date-time.test.ts',
];

/** The tests of code whose result could depend on the time zone. */
const zoneFiles = [
  'test/clocks/browser-time.test.ts',
  'test/domain/statistics/time-span.test.ts',
  'test/domain/deliveries/retry-policy.test.ts',
  'test/graphql/delivery-stats.test.ts',
  'test/graphql/format-date-time.test.ts',
];

/** Runs rare dates only with `TEST_CLOCKS=all`, because each takes about 20 s. */
const rareDates = process.env.TEST_CLOCKS === 'all' ? it : it.skip;

// Each run starts at most 30 seconds before or after a boundary, such as midnight.
const clocks = [
  ['just after midnight', '2027-01-15T00:00:30Z', 'UTC', calendarFiles],
  ['as a week and its partitions end', '2027-02-28T23:59:30Z', 'America/New_York', calendarFiles],
  ['as 29 February begins', '2028-02-28T23:59:30Z', 'America/New_York', calendarFiles],
  ['as summer time begins in New York', '2028-03-12T06:59:50Z', 'America/New_York', zoneFiles],
  ['as summer time ends in New York', '2028-11-05T05:59:50Z', 'America/New_York', zoneFiles],
] as const;
const rareClocks = [
  ['as summer time begins on Chatham', '2028-09-23T13:59:50Z', 'Pacific/Chatham', zoneFiles],
  ['as summer time ends on Chatham', '2028-04-01T13:59:50Z', 'Pacific/Chatham', zoneFiles],
  ['as January ends', '2027-01-31T23:59:30Z', 'UTC', calendarFiles],
  ['as 29 February ends', '2028-02-29T23:59:30Z', 'Pacific/Chatham', calendarFiles],
  ['as the year ends', '2028-12-31T23:59:30Z', 'UTC', calendarFiles],
] as const;

for (const [when, at, timeZone, files] of clocks) {
  it(titleOf(when, at, timeZone), () => expectToPass(files, at, timeZone), 300_000);
}
for (const [when, at, timeZone, files] of rareClocks) {
  rareDates(titleOf(when, at, timeZone), () => expectToPass(files, at, timeZone), 300_000);
}

function titleOf(when: string, at: string, timeZone: string): string {
  return `the tests of code that counts hours, days and weeks pass ${when} (${at}, ${timeZone})`;
}

/**
 * Runs test files in a separate vitest process whose clock and databases start at `at`. It uses the servers of this
 * run.
 */
async function expectToPass(files: readonly string[], at: string, timeZone: string): Promise<void> {
  const shiftMs = Date.parse(at) - Date.now();
  const child = spawn(process.execPath, [vitest, 'run', '--maxWorkers=1', ...files], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TMPDIR: process.env.TMPDIR,
      TZ: timeZone,
      DATABASE_URL: inject('postgresUrl'),
      REDIS_URL: inject('redisUrl'),
      PROPERTY_RUNS: '50',
      TEST_SEED: process.env.TEST_SEED,
      ...makeClockEnvironment(shiftMs),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      output += chunk;
    });
  }
  const [code] = await once(child, 'close');
  expect(code, `CLOCK_SHIFT_MS=${shiftMs} TZ=${timeZone} at ${at}\n${output}`).toBe(0);
}
