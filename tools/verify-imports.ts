import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import config from '../.dependency-cruiser.mjs';
import { readArguments } from './read-arguments.ts';

readArguments('node tools/verify-imports.ts\n\nFails if an import points in the wrong direction.');

/**
 * Checks that imports point one way. Also checks that this check works: that it saw our modules and their imports, and
 * finds the wrong imports in test/tools/wrong-imports.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const wrongImports = fileURLToPath(new URL('../test/tools/wrong-imports', import.meta.url));

const project = await check(root);
const control = await check(wrongImports);
const imports = project.modules.reduce((sum, module) => sum + module.dependencies.length, 0);
const problems = project.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} imports ${to}`);
if (project.summary.totalCruised < 50 || imports < 200) {
  problems.push(
    `only ${project.summary.totalCruised} modules and ${imports} imports were seen: the check does not work`,
  );
}
for (const name of [
  'domain-imports-no-entry-point',
  'delivery-state-through-its-index',
  'dashboard-components-imports-no-later-layer',
  'dashboard-screens-do-not-import-each-other',
]) {
  if (!control.summary.violations.some(({ rule }) => rule.name === name)) {
    problems.push(`the wrong import that breaks ${name} was not found: the check does not work`);
  }
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`imports: ${project.summary.totalCruised} modules, ${imports} imports, all in one direction`);

async function check(baseDir: string): Promise<ICruiseResult> {
  const { options, ...ruleSet } = config;
  const { tsConfig: _, ...plainOptions } = options ?? {};
  const result = await cruise(['src'], { ...plainOptions, baseDir, ruleSet, validate: true });
  return result.output as ICruiseResult;
}
