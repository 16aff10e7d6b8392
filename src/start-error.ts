/** The reason why the process cannot start, in a sentence that says what to do. */
export class StartError extends Error {}

type SystemError = Error & { code?: string; syscall?: string; address?: string; port?: number };

/** Explains error codes of `listen` to the operator. Each text continues "Port 4000 on 0.0.0.0 ...". */
const listenProblems: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use. Stop the other program, or set PORT (or METRICS_PORT) to another port',
  EACCES: 'needs more rights. Set PORT to 1024 or above',
  EADDRNOTAVAIL: 'cannot be used, because this machine does not have that address. Set HOST to one of its addresses',
  ENOTFOUND: 'cannot be used, because the name in HOST does not resolve',
  EAI_AGAIN: 'cannot be used, because the name in HOST does not resolve',
};

/** Explains SQLSTATE and connection errors of the first connection. Each text continues "PostgreSQL at host/db ...". */
const databaseProblems: Readonly<Record<string, string>> = {
  '28P01': 'refuses the password. Check the user and password in DATABASE_URL',
  '28000': 'refuses the user. Check DATABASE_URL and the pg_hba.conf of the server',
  '3D000': 'does not have that database. Create it, or check its name in DATABASE_URL',
  '42501': 'refuses the user a permission that the migrations need: it must own the database',
  ENOTFOUND: 'cannot be found. Check the host name in DATABASE_URL',
  ECONNREFUSED: 'refuses connections. Check that it runs, and host and port in DATABASE_URL',
};

/** Describes a failed start for a terminal, in one sentence. Only a bug is described by its stack. */
export function describeStartError(error: unknown, databaseUrl: string | null): string {
  if (!(error instanceof Error)) return `Livehook could not start: ${String(error)}`;
  const { code = '', syscall } = error as SystemError;
  if (syscall === 'listen') return describeListenError(error);
  if (databaseUrl !== null && isDatabaseError(error)) {
    const problem = databaseProblems[code] ?? `cannot be used: ${error.message}. Check DATABASE_URL`;
    return `PostgreSQL at ${describeDatabase(databaseUrl)} ${problem}.`;
  }
  const isBug = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return `Livehook could not start: ${isBug ? error.stack : error.message}`;
}

function describeListenError({ code = '', address, port }: Partial<SystemError>): string {
  const where =
    port === undefined || port === 0 ? `The address ${address ?? ''}` : `Port ${port} on ${address ?? 'HOST'}`;
  return `${where} ${listenProblems[code] ?? `cannot be listened on (${code})`}.`;
}

function isDatabaseError(error: SystemError): boolean {
  return (
    /^[0-9A-Z]{5}$/.test(error.code ?? '') ||
    error.syscall === 'connect' ||
    error.syscall === 'getaddrinfo' ||
    /timeout exceeded when trying to connect|connection terminated|SSL|SASL/i.test(error.message)
  );
}

/** Returns host, port and database name of the URL, without the password. */
function describeDatabase(databaseUrl: string): string {
  const url = URL.parse(databaseUrl);
  return url ? `${url.host || 'the default host'}${url.pathname}` : 'DATABASE_URL';
}
