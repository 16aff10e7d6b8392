/** The reason why a request got no usable response. A subset of the API's `AttemptErrorCode`. */
export type EgressErrorCode =
  | 'DNS'
  | 'CONNECTION_REFUSED'
  | 'CONNECTION_RESET'
  | 'CONNECT_TIMEOUT'
  | 'TIMEOUT'
  | 'TLS'
  | 'PROTOCOL'
  | 'BLOCKED_ADDRESS';

/**
 * A failure before or during a request that Livehook detects itself. Its message is written for the owner of the
 * endpoint.
 */
export class EgressError extends Error {
  readonly code: EgressErrorCode;
  /** Whether the URL causes the failure, so that no later attempt can succeed either. */
  readonly isPermanent: boolean;

  constructor(code: EgressErrorCode, message: string, { isPermanent = false } = {}) {
    super(message);
    this.code = code;
    this.isPermanent = isPermanent;
  }
}

/** Creates the error for a URL whose host is a blocked IP address. */
export function blockedLiteral(address: string): EgressError {
  const message = `${address} is a private address. Allow it with EGRESS_ALLOW.`;
  return new EgressError('BLOCKED_ADDRESS', message, { isPermanent: true });
}
