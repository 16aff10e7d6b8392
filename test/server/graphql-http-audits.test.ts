import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

/** Adds the API key to the requests of the audits. */
const fetchWithKey: typeof fetch = (input, init) =>
  fetch(input, { ...init, headers: { ...(init?.headers as object), authorization: `Bearer ${rootKey}` } });

describe('GraphQL over HTTP', () => {
  const audits = serverAudits({ url: () => `${api.url}/graphql`, fetchFn: fetchWithKey });

  test('is checked by more than 50 audits of the package graphql-http', () =>
    expect(audits.length).toBeGreaterThan(50));

  test.each(audits.map(audit => [audit.id, audit.name, audit] as const))(
    'passes the audit %s: %s',
    async (_id, _name, audit) => {
      const result = await audit.fn();
      const reason = result.status === 'ok' ? null : result.reason;
      expect(reason).toBeNull();
    },
  );
});
