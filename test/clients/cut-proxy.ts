import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy to a server on this machine, whose connections a test can cut or silence. */
export interface CutProxy extends AsyncDisposable {
  readonly port: number;
  /** Resets open connections and new ones until `mend` is called. */
  cut(): void;
  /**
   * Drops every byte without closing connections, like a host that has vanished. Until `mend` is called, new
   * connections are accepted and get no response.
   */
  silence(): void;
  mend(): void;
}

/** @param targetPort the port of the server, or a function that returns it and is called for each connection. */
export async function startCutProxy(targetPort: number | (() => number)): Promise<CutProxy> {
  const open = new Set<Socket>();
  let isCut = false;
  let isSilent = false;
  const server = createServer(socket => {
    if (isCut) return void socket.resetAndDestroy();
    if (isSilent) return void keepSilent(socket);
    const target = connect(typeof targetPort === 'number' ? targetPort : targetPort(), '127.0.0.1');
    for (const [each, other] of [
      [socket, target],
      [target, socket],
    ] as const) {
      open.add(each);
      each.on('error', () => undefined);
      each.once('close', () => {
        open.delete(each);
        other.destroy();
      });
      each.pipe(other);
    }
  });
  const keepSilent = (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => open.delete(socket));
    socket.unpipe();
    socket.resume();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    isCut = true;
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    silence() {
      isSilent = true;
      for (const socket of open) keepSilent(socket);
    },
    mend() {
      isCut = false;
      isSilent = false;
    },
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
