import type { EgressErrorCode } from '../egress/egress-error.ts';

/** Whole milliseconds. The first three are null where the connection was there already, or was made by a proxy. */
export interface AttemptTimings {
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  /** From writing the request to the first byte of the response; interim responses (1xx) do not count. */
  readonly firstByteMs: number | null;
}

interface Finished {
  readonly timings: AttemptTimings;
  /** Unix milliseconds, by this process's clock. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** The request was written to a kept connection that the receiver had closed, and sent again on a new one. */
  readonly isResent: boolean;
}

/** A status came, 200 to 599. It decides, even if the body was cut or broke off. */
export interface AttemptResponse extends Finished {
  readonly kind: 'response';
  readonly status: number;
  /** As they came, in order, decoded as Latin-1; 64 KiB at most. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** As it came (encodings are not undone), up to `maxResponseBytes`. */
  readonly body: Buffer;
  /** The body is not whole: it was cut by size or by the deadline, or the connection ended within it. */
  readonly bodyTruncated: boolean;
  /** The `retry-after` header; null where there is none, or more than one. */
  readonly retryAfter: string | null;
}

/** No usable response. */
export interface AttemptFailure extends Finished {
  readonly kind: 'error';
  readonly code: EgressErrorCode;
  /** For the owner of the endpoint. */
  readonly message: string;
  /** Whether the receiver may have seen a request: false where none was written. */
  readonly requestSent: boolean;
  /** The URL itself is to blame (a blocked literal address, or unparsable): no later attempt can end otherwise. */
  readonly isPermanent: boolean;
}

/** `signal` or the closing of the connections ended it; nothing is known of the receiver. */
export interface AttemptAborted {
  readonly kind: 'aborted';
  /** False: no receiver has seen this attempt. */
  readonly requestWritten: boolean;
}

export type AttemptOutcome = AttemptResponse | AttemptFailure | AttemptAborted;
