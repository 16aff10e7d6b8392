/** Why an exchange failed without a usable response. A part of the API's `AttemptErrorCode`. */
export type EgressErrorCode =
  | 'DNS'
  | 'CONNECTION_REFUSED'
  | 'CONNECTION_RESET'
  | 'CONNECT_TIMEOUT'
  | 'TIMEOUT'
  | 'TLS'
  | 'PROTOCOL'
  | 'BLOCKED_ADDRESS';

/** A failure of our own making on the way out. The message is written for the owner of the endpoint. */
export class EgressError extends Error {
  readonly code: EgressErrorCode;
  /** True where the URL itself is to blame, so that no later attempt can end otherwise. */
  readonly isPermanent: boolean;

  constructor(code: EgressErrorCode, message: string, { isPermanent = false } = {}) {
    super(message);
    this.code = code;
    this.isPermanent = isPermanent;
  }
}

/** The URL's own host is an address that no webhook may be sent to. */
export function blockedLiteral(address: string): EgressError {
  const message = `${address} is an address that webhooks may not be sent to`;
  return new EgressError('BLOCKED_ADDRESS', message, { isPermanent: true });
}
