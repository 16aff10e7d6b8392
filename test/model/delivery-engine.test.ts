import fc from 'fast-check';
import { afterAll, beforeAll, it } from 'vitest';
import { scenarios } from './actions.ts';
import { knownCases } from './known-cases.ts';
import { runScenario } from './run-scenario.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

/** `MODEL_RUNS=20000 npx vitest run test/model` looks longer; `MODEL_SEED` and `MODEL_PATH` play a failure again. */
const numRuns = Number(process.env.MODEL_RUNS || 500);
const seed = Number(process.env.MODEL_SEED || Date.now() % 1_000_000_000);
const path = process.env.MODEL_PATH ?? '';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench[Symbol.asyncDispose]());

it(`does what its model does, step by step, ${numRuns} times (seed ${seed})`, async () => {
  const property = fc.asyncProperty(scenarios, scenario => runScenario(bench, scenario));
  await fc.assert(property, { numRuns, seed, path, examples: knownCases });
}, 86_400_000);
