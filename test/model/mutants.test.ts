import { expect, it } from 'vitest';
import fc, { testSeed } from '../fixtures/seeded-fast-check.ts';
import { scenarios } from './actions.ts';
import { knownCases } from './known-cases.ts';
import type { Mutation } from './mutation.ts';
import { runScenario } from './run-scenario.ts';
import { openWorkbench } from './workbench.ts';

const fence = "d.status = 'PROCESSING' AND d.attempt_count = r.number AND d.version = r.version";
const leaseCheck = '(d.lease_until IS NULL OR d.lease_until < now())';

/**
 * Bugs that the model must find, each in one statement of the engine. Bugs that accept stale results need a known
 * scenario or a few hundred runs, because the primary key of `attempt` rejects most stale results too.
 */
const mutants: Readonly<Record<string, Mutation>> = {
  'a result that is taken whatever the claim it comes from': {
    statement: 'settle',
    replace: [[fence, "d.status = 'PROCESSING'"]],
  },
  'a result that is taken in any status': {
    statement: 'settle',
    replace: [[fence, 'd.attempt_count = r.number']],
  },
  'a result that is fenced by its number alone, which may have been given back and claimed anew': {
    statement: 'settle',
    replace: [[fence, "d.status = 'PROCESSING' AND d.attempt_count = r.number"]],
  },
  'an attempt that is not recorded': {
    statement: 'settle',
    replace: [['WHERE r.id IN (SELECT id FROM accepted)', 'WHERE r.id IS NULL']],
  },
  'a result that is not counted off the endpoint’s limit': {
    statement: 'settle',
    replace: [['f.in_flight - n.ended', 'f.in_flight - 0']],
  },
  'a transition without a version of its own': {
    statement: 'claim',
    replace: [["version = d.version + (p.status <> 'PROCESSING')::int", 'version = d.version']],
  },
  'a delivery that is claimed while another sender holds its lease': {
    statement: 'claim',
    replace: [[leaseCheck, 'true']],
  },
  'senders that claim without locking': {
    statement: 'claim',
    replace: [['FOR NO KEY UPDATE SKIP LOCKED', '']],
  },
  'an expired lease that nobody takes over': {
    statement: 'claim',
    replace: [[leaseCheck, 'd.lease_until IS NULL']],
  },
  'a delivery that is sent to a deleted endpoint': {
    statement: 'claim',
    replace: [[' AND e.deleted_at IS NULL', '']],
  },
  'an ordered endpoint that does not wait for its head': {
    statement: 'claim',
    replace: [['lane.is_open AND NOT lane.is_fifo', 'lane.is_open']],
  },
  'an ordered endpoint whose head does not wait for what is in flight': {
    statement: 'claim',
    replace: [['NOT lane.is_busy', 'true']],
  },
  'a limit that counts nothing': {
    statement: 'claim',
    replace: [["status = 'PROCESSING' OR place <= free", 'true']],
  },
  'a held endpoint that is sent to': {
    statement: 'claim',
    replace: [[' AND (e.hold_until IS NULL OR e.hold_until <= now())', '']],
  },
  'a number that is not given back': {
    statement: 'release',
    replace: [['attempt_count = attempt_count - 1', 'attempt_count = attempt_count']],
  },
  'a retry that begins its numbers anew': {
    statement: 'delivery-restart',
    replace: [["'MANUAL',\n    attempt_count,", "'MANUAL',\n    0,"]],
  },
  'a retry of what did not fail': {
    statement: 'delivery-restart',
    replace: [["status = 'FAILED'", "status IN ('FAILED', 'SUCCEEDED')"]],
  },
  'a cancellation of what is in flight': {
    statement: 'delivery-finish',
    replace: [["status IN ('PENDING', 'RETRYING')", "status IN ('PENDING', 'RETRYING', 'PROCESSING')"]],
  },
  'an endpoint that is disabled although it is not to be': {
    statement: 'endpoint-disable-gone',
    replace: [["coalesce(disable_on_gone, url !~ '\\{[{%]')", 'true']],
  },
  'a lost attempt to a held endpoint that stays in flight': {
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
