import { connect, type Result, type TestSocket } from '../fixtures/client.ts';
import { testRootKey } from '../fixtures/livehook-process.ts';

export interface Update {
  readonly cursor: string;
  readonly status: string;
  readonly skipped: number;
  readonly delivery: { readonly id: string; readonly version: number };
}

/** A received update. `list` is the number of times that the client had loaded the list again before it. */
export type ShownUpdate = Update & { readonly list: number };

/** A client with a live list. It continues after its last cursor, and loads the list again if necessary. */
export interface Screen extends AsyncDisposable {
  /** All received updates. */
  readonly updates: readonly ShownUpdate[];
  /** The displayed status of each delivery. */
  readonly statuses: ReadonlyMap<string, string>;
  /**
   * The number of times that the client loaded the list again because its cursor had expired or updates were skipped.
   */
  readonly relists: number;
  /** The number of closed sockets by close code. */
  readonly closes: Readonly<Record<number, number>>;
}

const subscription = `subscription ($after: String) {
  deliveryUpdated(after: $after) { cursor status skipped delivery { id version } }
}`;
const list = `query ($after: String) {
  feedCursor
  deliveries(first: 100, after: $after) { nodes { id status version } pageInfo { hasNextPage endCursor } }
}`;
const retryMs = 100;

/**
 * @param urls returns the current URLs of the apis. Called for each connection.
 * @param turn the index of the URL to use first.
 */
export function openScreen(urls: () => readonly string[], turn: number, after: string): Screen {
  const updates: ShownUpdate[] = [];
  const versions = new Map<string, number>();
  const statuses = new Map<string, string>();
  const closes: Record<number, number> = {};
  let cursor: string | null = after;
  let relists = 0;
  let tries = turn;
  let socket: TestSocket | null = null;
  const ending = new AbortController();

  const show = (id: string, version: number, status: string) => {
    if (version < (versions.get(id) ?? 0)) return;
    versions.set(id, version);
    statuses.set(id, status);
  };

  async function follow(url: string): Promise<void> {
    await using opened = connect(url, { authorization: `Bearer ${testRootKey}` });
    socket = opened;
    if (ending.signal.aborted) return;
    void opened.closed.then(({ code }) => {
      closes[code] = (closes[code] ?? 0) + 1;
    });
    await opened.ready;
    cursor ??= await relist(opened);
    const subscribed = opened.subscribe(subscription, { after: cursor });
    while (!ending.signal.aborted) {
      const { data, errors } = await subscribed.next();
      if (errors) {
        if (errors.some(({ extensions }) => extensions.code === 'CURSOR_EXPIRED')) cursor = null;
        return;
      }
      const update: Update = data.deliveryUpdated;
      updates.push({ ...update, list: relists });
      show(update.delivery.id, update.delivery.version, update.status);
      cursor = update.cursor;
      if (update.skipped > 0) {
        cursor = null;
        return;
      }
    }
  }

  async function relist(opened: TestSocket): Promise<string> {
    relists += 1;
    let first: string | null = null;
    for (let page: string | null = null, more = true; more; ) {
      const answer: Result = await opened.subscribe(list, { after: page }).next();
      if (answer.errors) throw new Error(JSON.stringify(answer.errors));
      const { feedCursor, deliveries } = answer.data;
      first ??= feedCursor;
      for (const { id, version, status } of deliveries.nodes) show(id, version, status);
      page = deliveries.pageInfo.endCursor;
      more = deliveries.pageInfo.hasNextPage;
    }
    return first ?? '';
  }

  const running = (async () => {
    while (!ending.signal.aborted) {
      const all = urls();
      const url = all[tries++ % all.length];
      await (url === undefined ? Promise.resolve() : follow(url)).catch(() => undefined);
      if (!ending.signal.aborted) await new Promise(resolve => setTimeout(resolve, retryMs));
    }
  })();
  return {
    updates,
    statuses,
    closes,
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
