/**
 * The keys of every advisory lock that Livehook uses. They must differ and must never change, because processes of two
 * versions run side by side during an update. A one-part key never equals a two-part key.
 */
export const advisoryLocks = {
  /** A session lock in the database `postgres`, held by the process that owns an embedded cluster. */
  clusterOwner: 4_913_001,
  /** A transaction lock: one process at a time creates partitions. */
  createPartitions: 4_913_002,
  /** A transaction lock: one process at a time drops partitions. */
  dropPartitions: 4_913_003,
  /** A transaction lock: one process at a time sums up the counts of finished deliveries. */
  sumTallies: 4_913_004,
  /** A transaction lock: one process at a time applies migrations. `prisma migrate deploy` uses the same key. */
  migrations: 72_707_369,
  /**
   * A transaction lock: one process at a time publishes changes that another process committed but could not announce,
   * because it crashed.
   */
  recoverOutbox: 5_190_277_114,
} as const;

/**
 * The first parts of two-part keys for transaction locks. The second part is a hash that selects one lock of the group.
 */
export const advisoryLockSpaces = {
  /**
   * The second part is a hash of quota and tenant. The lock lets one transaction at a time add rows that the quota
   * counts.
   */
  quota: 711_001,
  // 1380272961 is also in use: the SQL functions of the migration `lock_routing_revision` lock it with a hash of the
  // tenant.
} as const;
