import { mergeConfig } from 'vitest/config';
import { findUnitTests } from './test/fixtures/find-unit-tests.ts';
import base from './vitest.config.ts';

/** `npm run test:unit`: the tests that use no server, without starting one. */
const config = mergeConfig(base, {});
config.test.include = findUnitTests(import.meta.dirname);
config.test.globalSetup = [];
export default config;
