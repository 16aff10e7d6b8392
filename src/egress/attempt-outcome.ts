import type { EgressErrorCode } from './egress-error.ts';

/** Whole milliseconds. The first three are null if the connection existed already, or was made by a proxy. */
export interface AttemptTimings {
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  /** From writing the request to the first byte of the response. Interim responses (1xx) do not count. */
  readonly firstByteMs: number | null;
}

interface Finished {
  readonly timings: AttemptTimings;
  /** Unix milliseconds, by this process's clock. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Whether the request was sent a second time, because the receiver had closed a kept connection. */
  readonly isResent: boolean;
}

/** A response with a status of 200 to 599, even if its body is incomplete. */
export interface AttemptResponse extends Finished {
  readonly kind: 'response';
  readonly status: number;
  /** In the order of the response, decoded as Latin-1. At most 64 KiB. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** As received (content encodings are kept), up to `maxResponseBytes`. */
  readonly body: Buffer;
  /** Whether the body is incomplete: too large, not finished by the deadline, or the connection ended. */
  readonly bodyTruncated: boolean;
  /** The `retry-after` header. Null if there is none or more than one. */
  readonly retryAfter: string | null;
}

/** No usable response. */
export interface AttemptFailure extends Finished {
  readonly kind: 'error';
  readonly code: EgressErrorCode;
  /** Shown to the owner of the endpoint. */
  readonly message: string;
  /** Whether the receiver may have seen the request. False if none was written. */
  readonly requestSent: boolean;
  /** Whether every later attempt would fail too, because of the URL itself: it has a blocked address or cannot be parsed. */
  readonly isPermanent: boolean;
}

/** The exchange was aborted, or the connections were closed. Nothing is known about the receiver. */
export interface AttemptAborted {
  readonly kind: 'aborted';
  /** False if no receiver has seen this attempt. */
  readonly requestWritten: boolean;
}

export type AttemptOutcome = AttemptResponse | AttemptFailure | AttemptAborted;
