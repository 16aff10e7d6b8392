/**
 * The keys of every advisory lock that Livehook takes. They must differ and must never change, because processes of two
 * versions run side by side during an update. PostgreSQL keeps one-part and two-part keys apart.
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
   * A transaction lock: one process at a time announces changes that another process committed but did not announce.
   */
  recoverOutbox: 5_190_277_114,
} as const;

/** The first part of the two-part keys of transaction locks. The second part is a hash. */
export const advisoryLockSpaces = {
  /** Hash of the quota and the tenant: one transaction at a time adds rows that the quota counts. */
  quota: 711_001,
  // 1380272961, with a hash of the tenant, belongs to the functions of the migration `lock_routing_revision`.
} as const;
