import { expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';

it.each(['', 'k'.repeat(16), 'lhr_4f5b6c7d8e9f0a1b'])('ROOT_API_KEY %j is accepted', key => {
  expect(loadConfig({ ROOT_API_KEY: key }).secrets.rootApiKey).toBe(key === '' ? null : key);
});

it.each(['k'.repeat(15), 'with a space in it', 'mit-Umlaut-ä-darin'])('ROOT_API_KEY %j is rejected', key => {
  expect(() => loadConfig({ ROOT_API_KEY: key })).toThrow('ROOT_API_KEY: must be at least 16 visible ASCII characters');
});

it('each quota has a documented default and a setting that changes it', () => {
  expect(loadConfig({}).quotas).toEqual({
    endpoints: 1000,
    eventTypes: 5000,
    eventTypesPerEndpoint: 100,
    headersPerEndpoint: 50,
    apiKeys: 1000,
    portalTokens: 10_000,
    bulkOperations: 100,
    bulkOperationsPerEndpoint: 5,
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
    MAX_BULK_OPERATIONS_PER_ENDPOINT: '8',
    MAX_REDACTION_PATHS: '9',
    MAX_TENANTS: '10',
  };
  expect(Object.values(loadConfig(settings).quotas)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

it('each limit on a share of the database connections has a default and a setting that changes it', () => {
  expect(loadConfig({}).database).toMatchObject({
    apiConnections: 16,
    publishConnections: 8,
    fairLimits: { connectionsPerTenant: 4, maxWaitingPerTenant: 2000, maxWaiting: 10_000 },
  });
  const settings = {
    API_DATABASE_CONNECTIONS: '1',
    PUBLISH_DATABASE_CONNECTIONS: '2',
    MAX_DATABASE_CONNECTIONS_PER_TENANT: '3',
    MAX_WAITING_STATEMENTS_PER_TENANT: '4',
    MAX_WAITING_STATEMENTS: '5',
  };
  expect(loadConfig(settings).database).toMatchObject({
    apiConnections: 1,
    publishConnections: 2,
    fairLimits: { connectionsPerTenant: 3, maxWaitingPerTenant: 4, maxWaiting: 5 },
  });
});
