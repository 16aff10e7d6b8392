import { connect as connectTcp, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { AddressPolicy } from './address-guard.ts';
import { blockedLiteral, EgressError } from './egress-error.ts';
import { describeFailure } from './failure.ts';
import type { NameResolver } from './resolver.ts';
import { literalAddress } from './url.ts';

export type ConnectPhase = 'dns' | 'connect' | 'tls';

/** Reports how the connection for an attempt is opened. All fields stay null if the attempt reuses a connection. */
export interface ConnectTrace {
  /** The phase that is running. Null before the first and after the last. */
  phase: ConnectPhase | null;
  dnsMs: number | null;
  connectMs: number | null;
  tlsMs: number | null;
  /** Stops opening the connection. Null while none is being opened. */
  cancel: ((reason: Error) => void) | null;
}

export interface ConnectTarget {
  readonly protocol: string;
  /** The `hostname` of a WHATWG URL. An IPv6 address may be in brackets. */
  readonly hostname: string;
  /** The port as text. Empty means the default port of the scheme. */
  readonly port: string;
}

export interface ConnectorOptions {
  readonly policy: AddressPolicy;
  readonly resolver: NameResolver;
}

export type Connector = (target: ConnectTarget, trace: ConnectTrace) => Promise<Socket>;

/** If an address of a name does not accept within this time, the next address is tried as well. */
const nextAddressMs = 1000;

/**
 * Creates a function that opens connections to allowed addresses only. It checks literal addresses itself and lets the
 * resolver check names, and connects to exactly the address that was checked. TLS verifies the certificate against the
 * URL's host and sends it as SNI. HTTP/2 is not offered. TLS sessions are not resumed, because Node.js does not verify
 * the host name of a resumed session.
 *
 * Rejects with an EgressError, the system's or TLS error, or the reason that `trace.cancel` was called with.
 */
export function createConnector({ policy, resolver }: ConnectorOptions): Connector {
  return async ({ protocol, hostname, port }, trace) => {
    const host = literalAddress(hostname) ?? hostname.replace(/\.$/, '');
    const canceled = Promise.withResolvers<never>();
    canceled.promise.catch(() => {});
    trace.cancel = canceled.reject;
    try {
      const lookup = await Promise.race([vet(host, trace), canceled.promise]);
      const isTls = protocol === 'https:';
      return await open(host, Number(port) || (isTls ? 443 : 80), lookup, isTls, trace, canceled);
    } finally {
      trace.cancel = null;
    }
  };

  /** Checks the host. Returns a lookup function that yields the checked addresses, or null for a literal address. */
  async function vet(host: string, trace: ConnectTrace): Promise<LookupFunction | null> {
    if (literalAddress(host) !== null) {
      if (policy.allows(host)) return null;
      throw blockedLiteral(host);
    }
    trace.phase = 'dns';
    const startedAt = performance.now();
    const resolution = await resolver.resolve(host);
    trace.dnsMs = performance.now() - startedAt;
    if (!resolution.ok) throw resolution.error;
    const found = resolution.addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }));
    return (_host, _options, callback) => callback(null, found);
  }

  function open(
    host: string,
    port: number,
    lookup: LookupFunction | null,
    isTls: boolean,
    trace: ConnectTrace,
    canceled: PromiseWithResolvers<never>,
  ): Promise<Socket> {
    const { promise, resolve, reject } = Promise.withResolvers<Socket>();
    const options = {
      host,
      port,
      noDelay: true,
      keepAlive: true,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: nextAddressMs,
      ...(lookup && { lookup }),
    };
    const socket = isTls
      ? connectTls({ ...options, ...(lookup && { servername: host }), ALPNProtocols: ['http/1.1'] })
      : connectTcp(options);

    trace.phase = 'connect';
    const startedAt = performance.now();
    socket.once('connect', () => {
      trace.connectMs = performance.now() - startedAt;
      trace.phase = isTls ? 'tls' : null;
      if (!isTls) resolve(socket);
    });
    socket.once('secureConnect', () => {
      trace.tlsMs = performance.now() - startedAt - (trace.connectMs ?? 0);
      trace.phase = null;
      resolve(socket);
    });
    socket.once('error', reject);
    // An error after the handshake, such as TLS 1.3's request for a client certificate, leaves the socket open.
    // Destroying it here makes undici report this error instead of a later end of the connection.
    if (isTls) socket.on('error', error => socket.destroy(error));
    // The receiver may close the connection during the handshake without an error event.
    socket.once('close', () =>
      reject(new EgressError('CONNECTION_RESET', 'The connection was closed as it was opened')),
    );
    canceled.promise.catch((reason: Error) => {
      reject(reason);
      socket.destroy();
    });
    return promise.catch(error => {
      throw trace.phase === 'tls' ? tlsFailure(error) : error;
    });
  }
}

/** Turns every error during a TLS handshake into an error with the code TLS whose message contains the reason. */
function tlsFailure(error: Error): Error {
  if (describeFailure(error)?.code === 'TLS') return error;
  return new EgressError('TLS', `The TLS handshake failed: ${error.message}`);
}
