import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { expect, vi } from 'vitest';
import { formatId, parseId } from '../../src/ids.ts';
import type { LivehookProcess } from '../fixtures/livehook-process.ts';
import type { Receiver } from '../fixtures/receiver.ts';
import type { System } from './system.ts';

export interface Case {
  /** Every receiver of the case. */
  readonly receivers: readonly Receiver[];
  /** The ids of all accepted events. */
  readonly accepted: readonly string[];
  /** The number of deliveries of each event. Default: 1. */
  readonly deliveriesPerEvent?: number;
  /** The largest number of attempts that may be INTERRUPTED. Default: 0. */
  readonly maxInterrupted?: number;
  /** The number of deliveries that must end FAILED, by their reason. Default: none. All others must be SUCCEEDED. */
  readonly failed?: Readonly<Record<string, number>>;
  /** The timeout for the last deliveries in milliseconds. Default: 60,000. */
  readonly withinMs?: number;
}

export interface Outcome {
  readonly deliveries: number;
  readonly requests: number;
  /** The number of failed attempts by their error code. */
  readonly errors: Readonly<Record<string, number>>;
}

interface DeliveryRow {
  readonly id: string;
  readonly eventId: string;
  readonly status: string;
  readonly failureReason: string | null;
  readonly attemptCount: number;
  readonly attempts: readonly AttemptRow[];
}

interface AttemptRow {
  readonly number: number;
  readonly code: string | null;
  readonly status: number | null;
  readonly hasRequest: boolean;
}

/**
 * The maximum number of open files, pipes and similar descriptors of an idle process. Sockets are not counted, because
 * their number varies.
 */
const maxOpenFiles = 60;

/**
 * Waits until all work is done, then compares the database with the requests that the receivers got:
 *
 * 1. every accepted event has its deliveries, each SUCCEEDED or FAILED, and no other deliveries exist;
 * 2. the receivers got every accepted event, with its id as `webhook-id`;
 * 3. no attempt was requested twice, and only an INTERRUPTED or failed one was followed by another;
 * 4. attempts are numbered from 1 without a gap, and those with a response are the requests that the receivers got;
 * 5. living processes have few files open; nothing is left in the outbox or counted as in flight;
 * 6. no process logged an error, or wrote anything else than its log.
 */
export async function checkInvariants(system: System, expected: Case): Promise<Outcome> {
  await waitForQuiet(system, expected.withinMs ?? 60_000);
  const deliveries = await readDeliveries(system);
  const requests = expected.receivers.flatMap(receiver => receiver.requests);
  const seen = Map.groupBy(requests, request => String(request.headers['x-webhook-delivery']));
  const accepted = new Set(expected.accepted);

  const perEvent = Map.groupBy(deliveries, delivery => formatId('evt', delivery.eventId));
  expect(difference(accepted, perEvent.keys()), 'accepted events that have no delivery').toEqual([]);
  expect(difference(perEvent.keys(), accepted), 'events that were not accepted').toEqual([]);
  for (const [id, own] of perEvent) expect(own.length, id).toBe(expected.deliveriesPerEvent ?? 1);

  const failed = deliveries.filter(delivery => delivery.failureReason !== null);
  expect(
    countBy(failed, delivery => delivery.failureReason),
    'failed deliveries',
  ).toEqual(expected.failed ?? {});

  const problems = deliveries.flatMap(delivery => {
    const id = formatId('dlv', delivery.id);
    const own = (seen.get(id) ?? []).map(request => ({
      number: Number(request.headers['x-webhook-attempt']),
      event: parseId('evt', String(request.headers['webhook-id'])),
    }));
    seen.delete(id);
    return compare(delivery, own).map(problem => `${id}: ${problem}`);
  });
  expect(problems).toEqual([]);
  expect([...seen.keys()], 'deliveries that only the receivers know').toEqual([]);

  const failedAttempts = deliveries.flatMap(each => each.attempts.filter(attempt => attempt.code !== null));
  const errors = countBy(failedAttempts, attempt => attempt.code);
  expect(errors.INTERRUPTED ?? 0, 'interrupted attempts').toBeLessThanOrEqual(expected.maxInterrupted ?? 0);
  for (const each of system.processes) checkLog(each);
  await checkOpenFiles(system.processes, expected.receivers);
  return { deliveries: deliveries.length, requests: requests.length, errors };
}

async function waitForQuiet({ pool }: System, timeout: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const { rows } = await pool.query(
        `SELECT (SELECT count(*) FROM delivery_live) AS live, (SELECT count(*) FROM outbox) AS outbox,
           (SELECT coalesce(sum(in_flight), 0) FROM endpoint_in_flight) AS "inFlight"`,
      );
      expect(rows[0]).toEqual({ live: 0, outbox: 0, inFlight: 0 });
    },
    { timeout, interval: 200 },
  );
}

async function readDeliveries({ pool }: System): Promise<DeliveryRow[]> {
  const { rows } = await pool.query<DeliveryRow>(
    `SELECT d.id, d.event_id AS "eventId", d.status, d.failure_reason AS "failureReason",
       d.attempt_count AS "attemptCount", coalesce((
         SELECT json_agg(json_build_object('number', a.number, 'code', a.error_code, 'status', a.response_status,
           'hasRequest', a.request_method IS NOT NULL) ORDER BY a.number)
         FROM attempt a WHERE a.delivery_id = d.id), '[]') AS attempts
     FROM delivery d`,
  );
  return rows;
}

/** The differences between a delivery in the database and the requests that receivers saw. */
function compare(delivery: DeliveryRow, seen: readonly { number: number; event: string | null }[]): string[] {
  const { attempts, attemptCount, status } = delivery;
  const problems: string[] = [];
  if (attempts.length !== attemptCount || attempts.some((attempt, index) => attempt.number !== index + 1)) {
    problems.push(`attempts ${attempts.map(attempt => attempt.number)} of ${attemptCount}`);
  }
  const successes = attempts.filter(attempt => attempt.code === null);
  if (successes.length !== (status === 'SUCCEEDED' ? 1 : 0)) problems.push(`${successes.length} successes, ${status}`);
  if (status === 'SUCCEEDED' && attempts.at(-1)?.code !== null) problems.push('an attempt after the success');
  if (seen.some(request => request.event !== delivery.eventId)) problems.push('another webhook-id');
  const perNumber = Map.groupBy(seen, request => request.number);
  for (const { number, status: answered, hasRequest, code } of attempts) {
    const requests = perNumber.get(number)?.length ?? 0;
    perNumber.delete(number);
    const least = answered === null ? 0 : 1;
    const most = hasRequest || code === 'INTERRUPTED' ? 1 : 0;
    if (requests < least || requests > most) problems.push(`${requests} requests of attempt ${number} (${code})`);
  }
  if (perNumber.size > 0) problems.push(`requests ${[...perNumber.keys()]} are not recorded`);
  return problems;
}

function checkLog({ output }: LivehookProcess): void {
  const wrong = output.filter(line => {
    if (!line.startsWith('{')) return true;
    return (JSON.parse(line) as { level: number }).level >= 50;
  });
  expect(wrong, 'what a process logged').toEqual([]);
}

async function checkOpenFiles(processes: readonly LivehookProcess[], receivers: readonly Receiver[]): Promise<void> {
  const ports = new Set(receivers.map(({ url }) => Number(new URL(url).port)));
  await vi.waitFor(
    () => {
      const counts = processes.map(({ pid }) => countOpenFiles(pid, ports));
      for (const { files } of counts) expect(files, 'open files').toBeLessThanOrEqual(maxOpenFiles);
      const warm = receivers.reduce((sum, receiver) => sum + receiver.openConnections, 0);
      const sockets = counts.reduce((sum, count) => sum + count.socketsToReceivers, 0);
      expect(sockets, 'sockets to receivers').toBeLessThanOrEqual(warm);
    },
    { timeout: 60_000, interval: 200 },
  );
}

/**
 * Counts the open files and sockets of a process. Sockets to these ports are counted separately. Both counts are 0
 * after the process has ended, and on systems without /proc.
 */
function countOpenFiles(pid: number, ports: ReadonlySet<number>): { files: number; socketsToReceivers: number } {
  const links = readOpenFiles(pid);
  const remotePorts = links.length > 0 ? readRemotePorts(pid) : new Map<string, number>();
  const sockets = links.filter(link => link.startsWith('socket:'));
  const socketsToReceivers = sockets.filter(link => ports.has(remotePorts.get(link) ?? 0)).length;
  return { files: links.length - sockets.length, socketsToReceivers };
}

/**
 * The targets of the file descriptors of a process, such as `socket:[1234]`. A descriptor that is closed meanwhile is
 * left out.
 */
function readOpenFiles(pid: number): string[] {
  const directory = `/proc/${pid}/fd`;
  if (!existsSync(directory)) return [];
  return readdirSync(directory).flatMap(fd => {
    try {
      return [readlinkSync(`${directory}/${fd}`)];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  });
}

/** The remote port of every TCP socket, by the target of its file descriptor. */
function readRemotePorts(pid: number): Map<string, number> {
  const rows = ['tcp', 'tcp6'].flatMap(name => {
    const file = `/proc/${pid}/net/${name}`;
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').slice(1) : [];
  });
  return new Map(
    rows.map(row => {
      const columns = row.trim().split(/\s+/);
      return [`socket:[${columns[9]}]`, Number.parseInt(columns[2]?.split(':')[1] ?? '', 16)];
    }),
  );
}

function difference(these: Iterable<string>, those: Iterable<string>): string[] {
  const known = new Set(those);
  return [...these].filter(each => !known.has(each));
}

function countBy<Item>(items: readonly Item[], nameOf: (item: Item) => string | null): Record<string, number> {
  const groups = Map.groupBy(items, item => String(nameOf(item)));
  return Object.fromEntries([...groups].map(([name, own]) => [name, own.length]));
}
