import { afterAll, beforeAll, it, vi } from 'vitest';
import fc, { testSeed } from '../fixtures/seeded-fast-check.ts';
import { scenarios } from './actions.ts';
import { knownCases } from './known-cases.ts';
import { runScenario } from './run-scenario.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

/*
 * A change of an endpoint is acknowledged after 255 ms, when no sender uses the previous settings any more. The senders
 * of the model act only on command, so that there is nothing to wait for.
 */
vi.mock(import('../../src/domain/endpoints/await-senders.ts'), async importOriginal => ({
  ...(await importOriginal()),
  awaitSenders: async () => undefined,
}));

/** `MODEL_RUNS=20000 npx vitest run test/model` tries more scenarios. `TEST_SEED` and `MODEL_PATH` repeat a failure. */
const numRuns = Number(process.env.MODEL_RUNS || 500);
const path = process.env.MODEL_PATH ?? '';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench[Symbol.asyncDispose]());

it(`the delivery engine behaves like its model in each step, ${numRuns} times (seed ${testSeed})`, async () => {
  const property = fc.asyncProperty(scenarios, scenario => runScenario(bench, scenario));
  await fc.assert(property, { numRuns, path, examples: knownCases });
}, 86_400_000);
