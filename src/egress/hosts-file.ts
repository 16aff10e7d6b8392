import { readFile, stat } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';

export interface HostsFile {
  /** The addresses of a name (lower case, no dot at the end), in the order of the file; empty where it has none. */
  lookup(name: string): Promise<readonly string[]>;
}

const systemPath =
  process.platform === 'win32'
    ? join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'drivers', 'etc', 'hosts')
    : '/etc/hosts';
const recheckMs = 5000;

/** Reads the hosts file, which c-ares leaves out, and reads it again at most 5 s after it changed. */
export function createHostsFile(path: string = systemPath): HostsFile {
  let names: ReadonlyMap<string, readonly string[]> = new Map();
  let readMtimeMs = -1;
  let checkedAt = Number.NEGATIVE_INFINITY;
  return {
    async lookup(name) {
      if (performance.now() - checkedAt > recheckMs) {
        checkedAt = performance.now();
        const mtimeMs = await stat(path).then(stats => stats.mtimeMs).catch(() => -1);
        if (mtimeMs !== readMtimeMs) names = parseHosts(await readFile(path, 'utf8').catch(() => ''));
        readMtimeMs = mtimeMs;
      }
      return names.get(name) ?? [];
    },
  };
}

function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const alias of aliases) {
      const name = alias.toLowerCase();
      names.set(name, [...(names.get(name) ?? []), address]);
    }
  }
  return names;
}
