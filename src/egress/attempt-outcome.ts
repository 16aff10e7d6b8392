import type { EgressErrorCode } from './egress-error.ts';

/**
 * How long the phases of an attempt took, in whole ms. The first three are null if an open connection was reused, or if
 * a proxy opened the connection.
 */
export interface AttemptTimings {
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  /**
   * The time from writing the request to the first byte of the final response. Interim responses (1xx) do not count.
   */
  readonly firstByteMs: number | null;
}

interface Finished {
  readonly timings: AttemptTimings;
  /** When the attempt began, in Unix milliseconds by this process's clock. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Whether the request was sent a second time, because the receiver had closed the reused connection. */
  readonly isResent: boolean;
}

/** The receiver sent a response with a status of 200 to 599. Its body may be incomplete. */
export interface AttemptResponse extends Finished {
  readonly kind: 'response';
  readonly status: number;
  /** The response headers in their order, decoded as Latin-1. At most 16 KiB. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** The body's bytes as received, without decoding `content-encoding`, up to `maxResponseBytes`. */
  readonly body: Buffer;
  /** Whether the body is incomplete: it was too large, did not end before the deadline, or the connection broke. */
  readonly bodyTruncated: boolean;
  /** The value of the `retry-after` header. Null if the header is absent or sent more than once. */
  readonly retryAfter: string | null;
}

/** The attempt got no usable response. */
export interface AttemptFailure extends Finished {
  readonly kind: 'error';
  readonly code: EgressErrorCode;
  /** The reason of the failure, shown to the owner of the endpoint. */
  readonly message: string;
  /** Whether the receiver may have got the request. False if no byte of it was written. */
  readonly requestSent: boolean;
  /** Whether every later attempt would fail too, because the URL has a blocked literal address or cannot be parsed. */
  readonly isPermanent: boolean;
}

/** The attempt was aborted, or this process closed its connections. It says nothing about the receiver. */
export interface AttemptAborted {
  readonly kind: 'aborted';
  /** Whether the request was written. False means that no receiver has got anything of this attempt. */
  readonly requestWritten: boolean;
}

export type AttemptOutcome = AttemptResponse | AttemptFailure | AttemptAborted;
