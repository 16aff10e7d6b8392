/** Why an exchange failed without a usable response. A subset of the API's `AttemptErrorCode`. */
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
 * A failure that Livehook detects itself before or during a request. The message is written for the owner of the
 * endpoint.
 */
export class EgressError extends Error {
  readonly code: EgressErrorCode;
  /** Whether the URL itself is the cause, so that no later attempt can succeed. */
  readonly isPermanent: boolean;

  constructor(code: EgressErrorCode, message: string, { isPermanent = false } = {}) {
    super(message);
    this.code = code;
    this.isPermanent = isPermanent;
  }
}

/** The error for a URL whose host is a literal blocked address. */
export function blockedLiteral(address: string): EgressError {
  const message = `${address} is a private address. Allow it with EGRESS_ALLOW.`;
  return new EgressError('BLOCKED_ADDRESS', message, { isPermanent: true });
}
