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
