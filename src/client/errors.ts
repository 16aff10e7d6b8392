/** The error that functions of this package throw if a request fails. */
export class LivehookError extends Error {
  /**
   * A code of the API, such as `INVALID_STATE` or `NOT_FOUND`. `NETWORK` if the server could not be reached, `HTTP` if
   * the response is not from Livehook.
   */
  readonly code: string;
  /** Whether the same request may succeed later. */
  readonly isRetryable: boolean;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LivehookError';
    this.code = code;
    this.isRetryable = ['NETWORK', 'UNAVAILABLE', 'TIMEOUT', 'RATE_LIMITED'].includes(code);
  }
}
