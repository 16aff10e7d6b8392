import { EgressError, type EgressErrorCode } from './egress-error.ts';

export interface Failure {
  readonly code: EgressErrorCode;
  /** The reason for the owner of the endpoint, with the technical error code in parentheses. */
  readonly message: string;
  readonly isPermanent: boolean;
}

type SystemError = Error & { code?: string; reason?: string };

const byCode: Readonly<Record<string, readonly [EgressErrorCode, string]>> = {
  ECONNREFUSED: ['CONNECTION_REFUSED', 'Connection refused'],
  EHOSTUNREACH: ['CONNECTION_REFUSED', 'Host unreachable'],
  ENETUNREACH: ['CONNECTION_REFUSED', 'Network unreachable'],
  EADDRNOTAVAIL: ['CONNECTION_REFUSED', 'Address not reachable from this server'],
  EACCES: ['CONNECTION_REFUSED', 'Connection not permitted'],
  EPERM: ['CONNECTION_REFUSED', 'Connection not permitted'],
  ECONNRESET: ['CONNECTION_RESET', 'Connection reset by the receiver'],
  EPIPE: ['CONNECTION_RESET', 'Connection closed by the receiver'],
  ECONNABORTED: ['CONNECTION_RESET', 'Connection aborted'],
  UND_ERR_SOCKET: ['CONNECTION_RESET', 'Connection closed before the response was complete'],
  ETIMEDOUT: ['CONNECT_TIMEOUT', 'Connection timed out'],
  UND_ERR_CONNECT_TIMEOUT: ['CONNECT_TIMEOUT', 'Connection timed out'],
  UND_ERR_PRX_CONN: ['CONNECTION_REFUSED', 'The proxy did not open the connection'],
  UND_ERR_PRX_TLS: ['TLS', 'The connection to the proxy could not be secured'],
  // Livehook's own aborts never get here: the proxy has answered CONNECT with a status other than 200.
  UND_ERR_ABORTED: ['CONNECTION_REFUSED', 'The proxy did not open the connection'],
  UND_ERR_HEADERS_OVERFLOW: ['PROTOCOL', 'The response headers are larger than 16 KiB'],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['CONNECTION_RESET', 'The response body ended before its announced length'],
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: ['TLS', 'The receiver requires a client certificate'],
  CERT_HAS_EXPIRED: ['TLS', 'The certificate has expired'],
  CERT_NOT_YET_VALID: ['TLS', 'The certificate is not valid yet'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['TLS', 'The certificate is self-signed'],
  SELF_SIGNED_CERT_IN_CHAIN: ['TLS', 'The certificate chain ends in an unknown self-signed certificate'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['TLS', 'The certificate chain is incomplete or unknown'],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['TLS', 'The certificate is from an unknown authority'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['TLS', 'The certificate is for another host'],
};

/** Error codes that Node or undici use for invalid calls, which are bugs of Livehook. */
const ourFault = /^(ERR_ASSERTION|ERR_INVALID_|UND_ERR_INVALID_|UND_ERR_NOT_SUPPORTED|UND_ERR_REQ_)/;

/** Describes an error of the network or the receiver. Null if the error is a bug of Livehook instead. */
export function describeFailure(error: Error): Failure | null {
  if (error instanceof EgressError) {
    return { code: error.code, message: error.message, isPermanent: error.isPermanent };
  }
  const { code = '', message, reason } = root(error);
  if (code === 'UND_ERR_SOCKET' && message.startsWith('bad ')) return protocol('an unexpected status line');
  const known = byCode[code];
  if (known) return { code: known[0], message: `${known[1]} (${code})`, isPermanent: false };
  if (code.startsWith('HPE_') || error.name === 'HTTPParserError')
    return protocol(/\((.*)\)$/.exec(message)?.[1] ?? message);
  if (/^(ERR_SSL_|ERR_TLS_|EPROTO|CERT_|UNABLE_TO_)/.test(code)) {
    return { code: 'TLS', message: `TLS failed: ${reason ?? message} (${code})`, isPermanent: false };
  }
  if (code === '' || ourFault.test(code)) return null;
  return { code: 'CONNECTION_RESET', message: `The connection failed (${code})`, isPermanent: false };
}

function protocol(message: string): Failure {
  return { code: 'PROTOCOL', message: `The response is not HTTP/1.1: ${message}`, isPermanent: false };
}

/** Returns the error to report. If a connection to several addresses failed, it is the error of the first address. */
function root(error: Error): SystemError {
  return error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
}
