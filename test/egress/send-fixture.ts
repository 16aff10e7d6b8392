import { parseCidrs } from '../../src/cidrs.ts';
import { createAddressPolicy } from '../../src/egress/address-guard.ts';
import type { AttemptFailure, AttemptOutcome, AttemptResponse } from '../../src/egress/attempt-outcome.ts';
import { type Connections, openConnections } from '../../src/egress/connections.ts';
import { createHostsFile } from '../../src/egress/hosts-file.ts';
import { createResolver } from '../../src/egress/resolver.ts';
import { type AttemptRequest, createSend, type Send } from '../../src/egress/send.ts';

export interface SendFixture extends AsyncDisposable {
  readonly connections: Connections;
  readonly send: Send;
  /** Sends a POST of `{}` with a timeout of 5 s. `options` overrides this. */
  post(url: string, options?: Partial<AttemptRequest>, signal?: AbortSignal): Promise<AttemptOutcome>;
}

export interface SendFixtureOptions {
  /** The addresses that EGRESS_ALLOW contains. Default: loopback. */
  readonly allow?: readonly string[];
  readonly dnsServers?: readonly string[];
  readonly dnsBudgetMs?: number;
  readonly maxResponseBytes?: number;
  readonly maxSockets?: number;
  readonly maxOrigins?: number;
  readonly proxyUrl?: string;
}

/** Everything that `send` needs, assembled like in production. */
export function openSend(options: SendFixtureOptions = {}): SendFixture {
  const allowed = parseCidrs(options.allow ?? ['127.0.0.0/8', '::1/128']);
  if (!allowed.ok) throw new TypeError(allowed.message);
  const policy = createAddressPolicy(allowed.cidrs);
  const resolver = createResolver({
    policy,
    hostsFile: createHostsFile(),
    servers: options.dnsServers ?? [],
    ...(options.dnsBudgetMs && { budgetMs: options.dnsBudgetMs }),
  });
  const connections = openConnections({
    policy,
    resolver,
    proxyUrl: options.proxyUrl ?? null,
    ...(options.maxSockets && { maxSockets: options.maxSockets }),
    ...(options.maxOrigins && { maxOrigins: options.maxOrigins }),
  });
  const send = createSend({ connections, maxResponseBytes: options.maxResponseBytes ?? 65_536 });
  return {
    connections,
    send,
    post: (url, request = {}, signal = new AbortController().signal) =>
      send({ method: 'POST', url, headers: [], body: '{}', timeoutMs: 5000, ...request }, signal),
    [Symbol.asyncDispose]: () => connections[Symbol.asyncDispose](),
  };
}

export function expectResponse(outcome: AttemptOutcome): AttemptResponse {
  if (outcome.kind !== 'response') throw new Error(`expected a response, got ${JSON.stringify(outcome)}`);
  return outcome;
}

export function expectFailure(outcome: AttemptOutcome): AttemptFailure {
  if (outcome.kind !== 'error') throw new Error(`expected a failure, got ${JSON.stringify(outcome)}`);
  return outcome;
}
