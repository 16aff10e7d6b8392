import { defineConfig } from 'vitest/config';
import { BaseSequencer, type Reporter, type TestModule, type TestSpecification } from 'vitest/node';

/** Ends the output with one line for machines: `12 passed, 0 failed`. A file that cannot be loaded counts as failed. */
const countReporter: Reporter = {
  onTestRunEnd(modules, unhandledErrors) {
    const results = modules.flatMap(module => [...module.children.allTests()].map(test => test.result().state));
    const passed = results.filter(state => state === 'passed').length;
    const failed = results.filter(state => state === 'failed').length;
    const broken = modules.filter(isBroken).length + unhandledErrors.length;
    // After vitest's own summary, which other reporters print at the same moment.
    process.once('exit', () => process.stdout.write(`${passed} passed, ${failed + broken} failed\n`));
  },
};

/** Failed as a file or a `describe`, outside any test. */
function isBroken(module: TestModule): boolean {
  return module.errors().length > 0 || [...module.children.allSuites()].some(suite => suite.errors().length > 0);
}

/** The files that take longest begin first: at the end, one of them would run alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => /\/test\/(model|clocks)\//.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter(file => !isLong(file))];
  }
}

export default defineConfig({
  // Vite would give our files graphql's ESM build and the libraries its CommonJS one: two realms, which graphql refuses.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/fixtures/global-setup.ts',
    setupFiles: 'test/fixtures/wait-defaults.ts',
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Only a test that hangs takes so long. A busy machine can make the slowest tests take ten times their usual time.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['default', countReporter],
  },
});
