import { connect, type TestSocket } from '../fixtures/client.ts';
import { testRootKey } from '../fixtures/livehook-process.ts';

/** A client that follows every delivery by cursor, and checks that it gets each version once and in order. */
export interface Watcher extends AsyncDisposable {
  /** Contradictions between updates. It must stay empty. */
  readonly problems: readonly string[];
  /** The last known version of each delivery, from the list or an update. */
  readonly versions: ReadonlyMap<string, number>;
  readonly updates: number;
  /** The number of times that the watcher continued from its last cursor. */
  readonly resumes: number;
  /** The number of times that the server reported lost updates, after which the watcher loaded the list again. */
  readonly relists: number;
}

interface Update {
  readonly cursor: string;
  readonly skipped: number;
  readonly delivery: { readonly id: string; readonly version: number };
}

const subscription = `subscription ($after: String) {
  deliveryUpdated(after: $after) { cursor skipped delivery { id version } }
}`;
const list = `query ($after: String) {
  feedCursor
  deliveries(first: 100, after: $after) { nodes { id version } pageInfo { hasNextPage endCursor } }
}`;
const retryMs = 50;

/**
 * @param urls returns the current URLs of the apis. Called for each connection.
 * @param maxStayMs returns the time after which the client changes to a new connection.
 */
export function openWatcher(urls: () => readonly string[], after: string, maxStayMs: () => number): Watcher {
  const problems: string[] = [];
  const versions = new Map<string, number>();
  /**
   * The versions in the list after the last loss. An update may repeat them, because the watcher reads the cursor
   * before it loads the list.
   */
  const listed = new Map<string, number>();
  /** The versions in updates after the last loss. */
  const received = new Map<string, number>();
  const ending = new AbortController();
  let socket: TestSocket | null = null;
  let cursor: string | null = after;
  let updates = 0;
  let resumes = 0;
  let relists = 0;
  let tries = 0;

  function take({ cursor: next, skipped, delivery: { id, version } }: Update): void {
    updates += 1;
    cursor = next;
    if (skipped > 0) {
      cursor = null;
      return;
    }
    const last = received.get(id);
    const known = last ?? listed.get(id) ?? 0;
    const isExpected = last === undefined ? version >= 1 && version <= known + 1 : version === last + 1;
    if (!isExpected) problems.push(`${id}: version ${version} after ${known}${last === undefined ? ' (listed)' : ''}`);
    received.set(id, version);
    versions.set(id, Math.max(version, versions.get(id) ?? 0));
  }

  async function relist(opened: TestSocket): Promise<string> {
    relists += 1;
    const found = new Map<string, number>();
    let first: string | null = null;
    for (let page: string | null = null, more = true; more; ) {
      const { data, errors } = await opened.subscribe(list, { after: page }).next();
      if (errors || data.feedCursor === null) throw new Error(JSON.stringify(errors));
      first ??= data.feedCursor as string;
      for (const { id, version } of data.deliveries.nodes) found.set(id, Math.max(version, found.get(id) ?? 0));
      page = data.deliveries.pageInfo.endCursor;
      more = data.deliveries.pageInfo.hasNextPage;
    }
    listed.clear();
    received.clear();
    for (const [id, version] of found) {
      listed.set(id, version);
      versions.set(id, Math.max(version, versions.get(id) ?? 0));
    }
    return first ?? '';
  }

  async function follow(url: string): Promise<void> {
    await using opened = connect(url, { authorization: `Bearer ${testRootKey}` });
    socket = opened;
    if (ending.signal.aborted) return;
    await opened.ready;
    cursor ??= await relist(opened);
    resumes += 1;
    const leaving = setTimeout(() => opened.socket.terminate(), maxStayMs());
    try {
      const subscribed = opened.subscribe(subscription, { after: cursor });
      while (!ending.signal.aborted && cursor !== null) {
        const { data, errors } = await subscribed.next();
        if (errors?.some(({ extensions }) => extensions.code === 'CURSOR_EXPIRED')) cursor = null;
        if (errors) return;
        take(data.deliveryUpdated);
      }
    } finally {
      clearTimeout(leaving);
    }
  }

  const running = (async () => {
    while (!ending.signal.aborted) {
      const all = urls();
      const url = all[tries++ % all.length];
      if (url !== undefined) await follow(url).catch(() => undefined);
      if (!ending.signal.aborted) await new Promise(resolve => setTimeout(resolve, retryMs));
    }
  })();
  return {
    problems,
    versions,
    get updates() {
      return updates;
    },
    get resumes() {
      return resumes;
    },
    get relists() {
      return relists;
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      socket?.socket.terminate();
      await running;
    },
  };
}
