import { readFile, stat } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';

export interface HostsFile {
  /**
   * Returns the addresses of a name in the order of the file. The name is in lower case without a dot at the end. Empty
   * if the file does not contain it.
   */
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

/**
 * Reads the system's hosts file, which the DNS library c-ares ignores. A change of the file takes effect within 5 s.
 */
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
