import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { findUnitTests } from '../fixtures/find-unit-tests.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('npm run test:unit runs exactly the tests that need no database, Redis or browser', () => {
  const found = findUnitTests(root);
  expect(found).toEqual(
    expect.arrayContaining([
      'test/dashboard/unit/view.test.ts',
      'test/sender/claim-window.test.ts',
      'test/egress/url.test.ts',
    ]),
  );
  // Three kinds of tests that are not unit tests: one starts a process, one uses the servers of the run through a
  // fixture, and one through a fixture of a fixture.
  for (const file of ['test/memory-trimmer.test.ts', 'test/domain/tenants.test.ts', 'test/faults/shutdown.test.ts']) {
    expect(found).not.toContain(file);
  }
});

it('npm run test:unit uses the vitest configuration that starts no database or Redis', () => {
  const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  expect(scripts['test:unit']).toBe('vitest run --config vitest.unit.config.ts');
});
