import { expect, it } from 'vitest';
import { loadConfig } from '../src/config.ts';

it.each(['', 'k'.repeat(16), 'lhr_4f5b6c7d8e9f0a1b'])('ROOT_API_KEY %j is accepted', key => {
  expect(loadConfig({ ROOT_API_KEY: key }).secrets.rootApiKey).toBe(key === '' ? null : key);
});

it.each(['k'.repeat(15), 'with a space in it', 'mit-Umlaut-ä-darin'])('ROOT_API_KEY %j is refused', key => {
  expect(() => loadConfig({ ROOT_API_KEY: key })).toThrow('ROOT_API_KEY: must be at least 16 visible ASCII characters');
});

it('quotas have their defaults, and each has a setting', () => {
  expect(loadConfig({}).quotas).toEqual({
    endpoints: 1000,
    eventTypes: 5000,
    eventTypesPerEndpoint: 100,
    headersPerEndpoint: 50,
    apiKeys: 1000,
    portalTokens: 10_000,
    bulkOperations: 100,
    redactionPaths: 200,
    tenants: 10_000,
  });
  const settings = {
    MAX_ENDPOINTS: '1',
    MAX_EVENT_TYPES: '2',
    MAX_EVENT_TYPES_PER_ENDPOINT: '3',
    MAX_HEADERS_PER_ENDPOINT: '4',
    MAX_API_KEYS: '5',
    MAX_PORTAL_TOKENS: '6',
    MAX_BULK_OPERATIONS: '7',
    MAX_REDACTION_PATHS: '8',
    MAX_TENANTS: '9',
  };
  expect(Object.values(loadConfig(settings).quotas)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
