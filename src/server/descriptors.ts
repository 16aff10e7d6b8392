/**
 * The number of client connections that fit into the file descriptors of this process: all but the `others` that files
 * and other connections need, and at least half. Infinity if the system sets no limit. Without a free descriptor, the
 * process could accept no connection and open no file.
 */
export function countConnectionDescriptors(others: number): number {
  // Without `excludeNetwork`, the report would resolve the host names of all peers. The types of Node do not have this
  // setting yet.
  const report = Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft?: number | string } } };
  const limit = Number(userLimits?.open_files?.soft);
  if (!Number.isFinite(limit)) return Number.POSITIVE_INFINITY;
  return Math.max(Math.floor(limit / 2), limit - others);
}
