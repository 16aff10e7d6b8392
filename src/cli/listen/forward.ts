import { Agent, request } from 'undici';
import { buildHeaders } from '../../egress/request-headers.ts';
import { createSigner, type Signer } from '../../egress/signing.ts';
import { version } from '../../version.ts';

export interface ForwardedEvent {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly payloadText: string;
}

export interface ForwardResult {
  /** The HTTP status of the response. Null if there was no response. */
  readonly status: number | null;
  readonly durationMs: number;
  /** The reason of the failure. Null for a 2xx response. */
  readonly error: string | null;
}

/** Sends events to one URL of this machine with the headers and signatures of a real request. */
export class Forwarder implements AsyncDisposable {
  readonly #url: URL;
  readonly #timeoutMs: number;
  readonly #signer: Signer;
  readonly #agent = new Agent();

  constructor({ url, secret, timeoutMs }: { readonly url: URL; readonly secret: string; readonly timeoutMs: number }) {
    this.#url = url;
    this.#timeoutMs = timeoutMs;
    this.#signer = createSigner([secret]);
  }

  /** Makes one attempt. Aborting `signal` ends it with an error in the result. Redirects are not followed. */
  async forward(event: ForwardedEvent, attemptNumber: number, signal: AbortSignal): Promise<ForwardResult> {
    const { deliveryId, eventId, eventType, payloadText } = event;
    const timestamp = Math.floor(Date.now() / 1000);
    const { sent } = buildHeaders({
      eventId,
      eventType,
      deliveryId,
      attemptNumber,
      timestamp,
      signatures: this.#signer.sign(eventId, timestamp, payloadText),
      customHeaders: [],
      userAgent: `Livehook/${version}`,
      host: this.#url.host,
      contentLength: Buffer.byteLength(payloadText),
    });
    const startedMs = performance.now();
    const measure = () => Math.round(performance.now() - startedMs);
    try {
      const response = await request(this.#url, {
        method: 'POST',
        headers: Object.fromEntries(sent),
        body: payloadText,
        dispatcher: this.#agent,
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]),
      });
      await response.body.dump();
      const { statusCode: status } = response;
      const isSuccess = status >= 200 && status < 300;
      return { status, durationMs: measure(), error: isSuccess ? null : `HTTP ${status}` };
    } catch (error) {
      return { status: null, durationMs: measure(), error: describeError(error, this.#timeoutMs) };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
  }
}

function describeError(error: unknown, timeoutMs: number): string {
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError') return `no response within ${timeoutMs / 1000} s`;
  if (code === 'ECONNREFUSED') return 'nothing listens there: connection refused';
  return message || code || name;
}
