import { Webhook } from 'standardwebhooks';

/** Signs a body with the reference library of Standard Webhooks. @returns the headers of the request. */
export function signAttempt({
  id,
  timestamp,
  body,
  secret,
}: {
  readonly id: string;
  readonly timestamp: number;
  readonly body: string;
  readonly secret: string;
}): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': new Webhook(secret).sign(id, new Date(timestamp * 1000), body),
  };
}
