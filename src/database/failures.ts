/** SQLSTATE classes: connection exception, insufficient resources. */
const unavailableClasses = new Set(['08', '53']);

/**
 * Single SQLSTATEs: the server shuts down, crashed, starts up, dropped the database or ended the session, or a
 * transaction runs on a read-only standby.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const unavailableStates = new Set(['57P01', '57P02', '57P03', '57P04', '57P05', '25P03', '25P04', '25006']);

const networkCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL'],
]);

/** Codes of Prisma: unreachable, timed out, closed, too many connections, no connection or transaction in time. */
const prismaCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037']);

/** Messages of `pg` and `pg-pool` that have no code. */
const messages =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed and is not queryable)/;

/**
 * Whether the error means that the database is temporarily unavailable: unreachable, starting, stopping, full, or a
 * standby. The same statement may succeed later. Constraint errors, syntax errors and statement timeouts are not
 * included. Looks into the wrappers of Prisma and of connection attempts to several addresses.
 *
 * A commit with such an error may have succeeded.
 */
export function isUnavailable(error: unknown): boolean {
  return someCause(error, ({ code, message, syscall }) => {
    if (typeof code === 'string') {
      // Only for a missing Unix socket, not for other files.
      if (code === 'ENOENT' && syscall === 'connect') return true;
      if (networkCodes.has(code) || prismaCodes.has(code) || unavailableStates.has(code)) return true;
      if (code.length === 5 && unavailableClasses.has(code.slice(0, 2))) return true;
    }
    return typeof message === 'string' && messages.test(message);
  });
}

/** Whether the statement exceeded its timeout or was canceled manually. */
export function isStatementTimeout(error: unknown): boolean {
  return someCause(error, ({ code }) => code === '57014');
}

interface Cause {
  readonly code: unknown;
  readonly message?: unknown;
  readonly syscall?: unknown;
}

function someCause(error: unknown, matches: (cause: Cause) => boolean, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false;
  const { code, originalCode, message, syscall, cause, meta, errors } = error as Record<string, unknown>;
  if (matches({ code, message, syscall }) || matches({ code: originalCode })) return true;
  // Prisma keeps the driver's error in `meta`. A connection to several addresses keeps each failure in `errors`.
  const inner = [cause, (meta as Record<string, unknown> | undefined)?.driverAdapterError];
  if (Array.isArray(errors)) inner.push(...errors);
  return inner.some(next => someCause(next, matches, depth + 1));
}
