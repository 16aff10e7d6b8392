import type { DetailAttempt } from './detail-documents.ts';

/** Headers that curl sets itself. */
const connectionHeaders = new Set(['host', 'connection', 'content-length']);

/**
 * Returns a curl command for a POSIX shell that repeats the request of an attempt. Secret headers contain a placeholder
 * instead of the value. '' if the attempt prepared no request.
 */
export function curlOfAttempt({ preparedRequest: request }: DetailAttempt): string {
  if (!request) return '';
  return [
    `curl -i -X ${request.method} ${quote(request.url)}`,
    ...request.headers
      .filter(({ name }) => !connectionHeaders.has(name))
      .map(({ name, value }) => `  -H ${quote(`${name}: ${value ?? '<secret>'}`)}`),
    ...(request.body ? [`  --data-raw ${quote(request.body)}`] : []),
  ].join(' \\\n');
}

export function graphqlOfDelivery(id: string): string {
  return `query {
  delivery(id: "${id}") {
    id status failureReason eventType attemptCount maxAttempts nextAttemptAt
    endpoint { id name url }
    event { id payload }
    attempts { number startedAt durationMs response { status body } error { code message } }
  }
}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
