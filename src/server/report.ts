import { randomUUID } from 'node:crypto';
import type { ReportInternalError } from '../graphql/errors.ts';
import type { Logger } from '../log.ts';
import { currentRequestId } from './request-id.ts';

/** Creates a function that logs an unexpected error with a new id, and returns that id. */
export function createReport(log: Logger): ReportInternalError {
  return error => {
    const errorId = randomUUID();
    log.error({ err: error, errorId, requestId: currentRequestId() }, 'an operation failed unexpectedly');
    return errorId;
  };
}
