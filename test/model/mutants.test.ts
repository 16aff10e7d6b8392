import { expect, it, vi } from 'vitest';
import fc, { testSeed } from '../fixtures/seeded-fast-check.ts';
import { scenarios } from './actions.ts';
import { knownCases } from './known-cases.ts';
import type { Mutation } from './mutation.ts';
import { runScenario } from './run-scenario.ts';
import { openWorkbench } from './workbench.ts';

// As in delivery-engine.test.ts: nothing has to be waited for.
vi.mock(import('../../src/domain/endpoints/await-senders.ts'), async importOriginal => ({
  ...(await importOriginal()),
  awaitSenders: async () => undefined,
}));

const leaseCheck = '(d.lease_until IS NULL OR d.lease_until < now())';

/**
 * Bugs that the model must detect, each in one SQL statement of the engine. Bugs that accept stale results need a known
 * scenario or a few hundred runs, because the primary key of `attempt` rejects most stale results too.
 */
const mutants: Readonly<Record<string, Mutation>> = {
  'a result is accepted from any claim': {
    statement: 'settle',
    replace: [[' AND d.version = r.version', '']],
  },
  'a result of an earlier claim is accepted': {
    statement: 'settle',
    replace: [['d.version = r.version', 'd.version >= r.version']],
  },
  'an attempt is not recorded': {
    statement: 'settle',
    replace: [['WHERE r.delivery_id IN (SELECT id FROM accepted)', 'WHERE r.delivery_id IS NULL']],
  },
  'a result does not decrement the number of requests in flight': {
    statement: 'settle',
    replace: [['f.in_flight - n.ended', 'f.in_flight - 0']],
  },
  'a transition does not increment the version': {
    statement: 'claim',
    replace: [["version = d.version + (p.status <> 'PROCESSING')::int", 'version = d.version']],
  },
  'a delivery is claimed while another sender holds its lease': {
    statement: 'claim',
    replace: [[leaseCheck, 'true']],
  },
  'senders claim without locking': {
    statement: 'claim',
    replace: [['FOR NO KEY UPDATE SKIP LOCKED', '']],
  },
  'an expired lease is not claimed': {
    statement: 'claim',
    replace: [[leaseCheck, 'd.lease_until IS NULL']],
  },
  'a delivery is sent to a deleted endpoint': {
    statement: 'claim',
    replace: [[' AND e.deleted_at IS NULL', '']],
  },
  'a FIFO endpoint does not wait for its oldest delivery': {
    statement: 'claim',
    replace: [['lane.is_open AND NOT lane.is_fifo', 'lane.is_open']],
  },
  'the oldest delivery of a FIFO endpoint does not wait for a request in flight': {
    statement: 'claim',
    replace: [['NOT lane.is_busy', 'true']],
  },
  'requests in flight are not counted': {
    statement: 'claim',
    replace: [["status = 'PROCESSING' OR place <= free", 'true']],
  },
  'deliveries are sent during a pause that the receiver asked for': {
    statement: 'claim',
    replace: [[' AND (e.hold_until IS NULL OR e.hold_until <= now())', '']],
  },
  'an attempt number is not released': {
    statement: 'release',
    replace: [['attempt_count = attempt_count - 1', 'attempt_count = attempt_count']],
  },
  'a manual retry restarts the attempt numbers': {
    statement: 'delivery-restart',
    replace: [["'MANUAL',\n    attempt_count,", "'MANUAL',\n    0,"]],
  },
  'a delivery that did not fail is retried': {
    statement: 'delivery-restart',
    replace: [["status = 'FAILED'", "status IN ('FAILED', 'SUCCEEDED')"]],
  },
  'a delivery in flight is canceled': {
    statement: 'delivery-finish',
    replace: [["status IN ('PENDING', 'RETRYING')", "status IN ('PENDING', 'RETRYING', 'PROCESSING')"]],
  },
  'an endpoint is disabled by 410 although disableOnGone is false': {
    statement: 'endpoint-disable-gone',
    replace: [["coalesce(disable_on_gone, url !~ '\\{[{%]')", 'true']],
  },
  'a lost attempt to a paused endpoint stays in flight': {
    statement: 'leases-expired',
    replace: [['d.lease_until < now()', 'false']],
  },
};

const numRuns = 1000;

for (const [bug, mutation] of Object.entries(mutants)) {
  it(`the model of the delivery engine detects the bug: ${bug} (seed ${testSeed})`, async () => {
    await using bench = await openWorkbench(mutation);
    const property = fc.asyncProperty(scenarios, scenario => runScenario(bench, scenario));
    const result = await fc.check(property, { numRuns, endOnFailure: true, examples: knownCases });
    expect(bench.mutated).toContain(mutation.statement);
    expect(result.failed).toBe(true);
  }, 600_000);
}
