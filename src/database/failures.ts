/** SQLSTATE classes of an unavailable database: connection exception (08) and insufficient resources (53). */
const unavailableClasses = new Set(['08', '53']);

/**
 * SQLSTATE codes of an unavailable database: it shuts down, crashed, starts up, was dropped, ended the session, or is a
 * read-only standby.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const unavailableStates = new Set(['57P01', '57P02', '57P03', '57P04', '57P05', '25P03', '25P04', '25006']);

const networkCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL'],
]);

/** Prisma's error codes for an unreachable or closed database, too many connections, and waits that timed out. */
const prismaCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037']);

/** Error messages of `pg` and `pg-pool` about lost or missing connections. These errors have no code. */
const messages =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed and is not queryable)/;

/**
 * Whether the error means that the database is temporarily unavailable: it is unreachable, is starting or stopping, has
 * no free connections or disk space, or is a standby. The same statement may succeed later. False for constraint
 * errors, syntax errors and statement timeouts. It also searches the errors that Prisma and connection attempts to
 * several addresses wrap.
 *
 * A COMMIT that failed with such an error may have succeeded.
 */
export function isUnavailable(error: unknown): boolean {
  return someCause(error, ({ code, message, syscall }) => {
    if (typeof code === 'string') {
      // ENOENT counts only if it is a missing Unix socket of PostgreSQL, not another missing file.
      if (code === 'ENOENT' && syscall === 'connect') return true;
      if (networkCodes.has(code) || prismaCodes.has(code) || unavailableStates.has(code)) return true;
      if (code.length === 5 && unavailableClasses.has(code.slice(0, 2))) return true;
    }
    return typeof message === 'string' && messages.test(message);
  });
}

/** Whether the statement exceeded its timeout or was canceled, by its client or by an administrator. */
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
  // Prisma stores the driver's error in `meta`. A connection to several addresses stores each failure in `errors`.
  const inner = [cause, (meta as Record<string, unknown> | undefined)?.driverAdapterError];
  if (Array.isArray(errors)) inner.push(...errors);
  return inner.some(next => someCause(next, matches, depth + 1));
}
