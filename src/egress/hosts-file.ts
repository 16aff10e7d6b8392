import { readFile, stat } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';

export interface HostsFile {
  /** Returns the addresses of a name (lower case, no dot at the end) in the order of the file. Empty if it has none. */
  lookup(name: string): Promise<readonly string[]>;
}

const systemPath =
  process.platform === 'win32'
    ? join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'drivers', 'etc', 'hosts')
    : '/etc/hosts';
const recheckMs = 5000;

interface Loaded {
  readonly mtimeMs: number;
  readonly names: ReadonlyMap<string, readonly string[]>;
}

/** Reads the hosts file, which c-ares ignores, and reads it again at most 5 s after it changed. */
export function createHostsFile(path: string = systemPath): HostsFile {
  let loading: Promise<Loaded> = Promise.resolve({ mtimeMs: -1, names: new Map() });
  let checkedAt = Number.NEGATIVE_INFINITY;

  const reload = async (before: Promise<Loaded>): Promise<Loaded> => {
    const loaded = await before;
    const mtimeMs = await stat(path).then(
      stats => stats.mtimeMs,
      () => -1,
    );
    if (mtimeMs === loaded.mtimeMs) return loaded;
    return { mtimeMs, names: parseHosts(await readFile(path, 'utf8').catch(() => '')) };
  };

  return {
    async lookup(name) {
      if (performance.now() - checkedAt > recheckMs) {
        checkedAt = performance.now();
        loading = reload(loading);
      }
      return (await loading).names.get(name) ?? [];
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
