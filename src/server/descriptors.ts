/**
 * The number of client connections for which this process has file descriptors: its limit minus the `others` that files
 * and other connections need, but at least half of the limit. Infinity if the system sets no limit. Without a free
 * descriptor, the process could accept no connection and open no file.
 */
export function countConnectionDescriptors(others: number): number {
  // Without `excludeNetwork`, the report would resolve the host names of all peers. The type declarations of Node.js do
  // not contain this setting yet.
  const report = Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft?: number | string } } };
  const limit = Number(userLimits?.open_files?.soft);
  if (!Number.isFinite(limit)) return Number.POSITIVE_INFINITY;
  return Math.max(Math.floor(limit / 2), limit - others);
}
