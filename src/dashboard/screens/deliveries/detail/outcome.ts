import { errorWords } from '../../../features/deliveries/words.ts';
import { messages } from '../messages.ts';
import type { DetailAttempt } from './detail-documents.ts';

/** The outcome of an attempt as text, such as `503` or `Timed out`. */
export function outcomeOf({ response, error }: Pick<DetailAttempt, 'response' | 'error'>): string {
  if (response) return String(response.status);
  return error ? errorWords[error.code] : messages.noResponse;
}
