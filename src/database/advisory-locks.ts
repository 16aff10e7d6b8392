/**
 * The keys of every advisory lock that Livehook takes. They must differ, and they must not change: processes of two
 * versions run side by side during an update. PostgreSQL keeps one-part and two-part keys apart.
 */
export const advisoryLocks = {
  /** Session lock, in the database `postgres`: held by the process that owns an embedded cluster. */
  clusterOwner: 4_913_001,
  /** Transaction lock: one process at a time creates partitions. */
  createPartitions: 4_913_002,
  /** Transaction lock: one process at a time drops partitions. */
  dropPartitions: 4_913_003,
  /** Transaction lock: one process at a time adds the tallies of finished deliveries to the sums. */
  sumTallies: 4_913_004,
  /** Transaction lock: one process at a time applies migrations. `prisma migrate deploy` takes the same one for its session. */
  migrations: 72_707_369,
  /** Transaction lock: one process at a time publishes changes that another process committed and did not publish. */
  recoverOutbox: 5_190_277_114,
} as const;

/** The first part of the two-part keys of transaction locks. The second part is a hash. */
export const advisoryLockSpaces = {
  /** Hash of the quota and the tenant: one transaction at a time adds rows that the quota counts. */
  quota: 711_001,
  // 1380272961, with a hash of the tenant, belongs to the functions of the migration `lock_routing_revision`.
} as const;
