import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import config from '../.dependency-cruiser.mjs';

/**
 * Checks that imports point one way, and that the check itself works: that it saw our modules and their imports, and
 * finds the wrong imports planted in test/house/planted.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const planted = fileURLToPath(new URL('../test/house/planted', import.meta.url));

const house = await check(root);
const trap = await check(planted);
const imports = house.modules.reduce((sum, module) => sum + module.dependencies.length, 0);
const problems = house.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} imports ${to}`);
if (house.summary.totalCruised < 50 || imports < 200) {
  problems.push(`only ${house.summary.totalCruised} modules and ${imports} imports were seen: the check is blind`);
}
for (const name of [
  'domain-imports-no-edge',
  'delivery-state-through-its-index',
  'dashboard-components-imports-no-later-layer',
  'dashboard-screens-do-not-import-each-other',
]) {
  if (!trap.summary.violations.some(({ rule }) => rule.name === name)) {
    problems.push(`the planted violation of ${name} was not found: the check is blind`);
  }
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`imports: ${house.summary.totalCruised} modules, ${imports} imports, all in one direction`);

async function check(baseDir: string): Promise<ICruiseResult> {
  const { options, ...ruleSet } = config;
  const { tsConfig: _, ...plainOptions } = options ?? {};
  const result = await cruise(['src'], { ...plainOptions, baseDir, ruleSet, validate: true });
  return result.output as ICruiseResult;
}
