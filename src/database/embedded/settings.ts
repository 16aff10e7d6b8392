/**
 * The settings of the embedded server that differ from PostgreSQL's defaults. They suit a machine that also runs
 * Livehook, and queue tables, whose rows change often and need frequent vacuuming. `fsync` and `synchronous_commit`
 * stay on.
 */
export const embeddedSettings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '8MB',
  maintenance_work_mem: '128MB',
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  // A statement that does not filter by id locks the table and all indexes of every partition, more than the default
  // allows.
  max_locks_per_transaction: '256',

  // The minimal write-ahead log is enough, because no replica follows this server.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '4GB',
  min_wal_size: '512MB',
  checkpoint_timeout: '15min',
  wal_compression: 'on',

  autovacuum_naptime: '10s',
  autovacuum_vacuum_cost_limit: '2000',

  // Logs contain no statements, because statements contain payloads of events.
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};
