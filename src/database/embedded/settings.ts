/**
 * The settings of the embedded server over PostgreSQL's defaults. They are for one machine that also runs Livehook, and
 * for queue tables, whose rows change often and must be vacuumed soon. `fsync` and `synchronous_commit` stay on.
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
  // A statement without an id touches every partition's table and indexes, and each needs a lock.
  max_locks_per_transaction: '256',

  // Nothing replicates from this server.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '4GB',
  min_wal_size: '512MB',
  checkpoint_timeout: '15min',
  wal_compression: 'on',

  autovacuum_naptime: '10s',
  autovacuum_vacuum_cost_limit: '2000',

  // Logs are terse and without statements, which contain payloads.
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};
