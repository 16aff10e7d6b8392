/**
 * How many client connections fit into the file descriptors of this process: all but those that `others` connections
 * and files need, and never less than half. Infinity if the system sets no limit.
 *
 * A listener without a descriptor left accepts nobody, and the process can open neither files nor database connections.
 */
export function countConnectionDescriptors(others: number): number {
  // The report leaves out the network: else it resolves the names of all peers. The types do not know the setting yet.
  const report = Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft?: number | string } } };
  const limit = Number(userLimits?.open_files?.soft);
  if (!Number.isFinite(limit)) return Number.POSITIVE_INFINITY;
  return Math.max(Math.floor(limit / 2), limit - others);
}
