import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { RenderingRequest, RenderingResponse, RenderingResult } from './messages.ts';

/** The result of a request to a rendering process. */
export type ChildOutcome =
  | { readonly kind: 'finished'; readonly result: RenderingResult; readonly usedMs: number }
  /**
   * The process was killed because the request exceeded its limit of time or memory, or the server is shutting down.
   */
  | { readonly kind: 'ended'; readonly message: string; readonly usedMs: number };

/** The time limit in ms for compiling templates or checking them. A template of 65,536 characters takes about 50 ms. */
const maxCompileMs = 250;
const maxRenderMs = 50;
/** The wall-clock limit in ms of a request, in case the process gets no processor time. */
const maxWallMs = 10_000;
const checkAgainMs = 10;
/** The program of the rendering process: a .ts file in development, a .js file after the build. */
const processFile = new URL(`./rendering-process${path.extname(import.meta.filename)}`, import.meta.url);

/**
 * One rendering process, which handles one request at a time. It is killed if rendering takes more than 50 ms of
 * processor time, if compiling or checking takes more than 250 ms, or if a request takes more than 10 s of wall-clock
 * time. On systems that do not report processor time, wall-clock time is used for all limits.
 */
export class RenderingChild {
  readonly #child: ChildProcess;
  readonly #maxHeapMegabytes: number;
  /** Resolves once the process has ended, or failed to start. */
  readonly ended: Promise<void>;
  #isReady = false;
  #cpuMs = 0;
  #request: {
    readonly resolve: (outcome: ChildOutcome) => void;
    readonly startedMs: number;
    readonly cpuAtStartMs: number;
    phaseCpuMs: number;
    limitMs: number;
    timer: NodeJS.Timeout;
  } | null = null;

  /** @param onReady called when the process can accept its first request. */
  constructor(maxHeapMegabytes: number, onReady: () => void) {
    this.#maxHeapMegabytes = maxHeapMegabytes;
    this.#child = fork(processFile, {
      execArgv: [`--max-old-space-size=${maxHeapMegabytes}`, '--max-semi-space-size=4'],
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child.unref();
    this.#child.channel?.unref();
    this.#child.on('message', message => {
      const response = message as RenderingResponse;
      this.#cpuMs = response.cpuMs;
      if (response.kind === 'ready') {
        this.#isReady = true;
        onReady();
      } else if (response.kind === 'compiled') this.#startPhase(maxRenderMs);
      else if (response.result) this.#finish(response.result);
    });
    // After an 'error' event (the process failed to start, or a message could not be sent), an 'exit' event may never
    // follow.
    this.ended = new Promise(resolve => {
      const onGone = () => {
        this.kill(`was ended: it used more memory than ${this.#maxHeapMegabytes} MiB`);
        resolve();
      };
      this.#child.on('error', onGone);
      this.#child.on('exit', onGone);
    });
  }

  get isIdle(): boolean {
    return this.#isReady && this.#request === null;
  }

  /** Sends a request to the process, which must be idle. Never rejects. */
  run(request: RenderingRequest): Promise<ChildOutcome> {
    const { promise, resolve } = Promise.withResolvers<ChildOutcome>();
    this.#request = {
      resolve,
      startedMs: performance.now(),
      cpuAtStartMs: this.#cpuMs,
      phaseCpuMs: this.#cpuMs,
      limitMs: maxCompileMs,
      timer: setTimeout(() => this.#checkTime(), maxCompileMs),
    };
    this.#child.channel?.ref();
    this.#child.send(request);
    return promise;
  }

  /** Kills the process. A running request ends with this message. */
  kill(message: string): void {
    // `ref` keeps the parent process alive until the rendering process has ended.
    this.#child.ref();
    this.#child.kill('SIGKILL');
    this.#isReady = false;
    const request = this.#request;
    if (request) this.#end({ kind: 'ended', message, usedMs: performance.now() - request.startedMs });
  }

  #startPhase(limitMs: number): void {
    const request = this.#request;
    if (!request) return;
    clearTimeout(request.timer);
    request.phaseCpuMs = this.#cpuMs;
    request.limitMs = limitMs;
    request.timer = setTimeout(() => this.#checkTime(), limitMs);
  }

  #checkTime(): void {
    const request = this.#request;
    if (!request) return;
    const wallMs = performance.now() - request.startedMs;
    const leftMs = request.limitMs - ((readCpuMs(this.#child.pid) ?? Number.POSITIVE_INFINITY) - request.phaseCpuMs);
    if (leftMs > 0 && wallMs < maxWallMs) {
      request.timer = setTimeout(() => this.#checkTime(), Math.max(leftMs, checkAgainMs));
      return;
    }
    this.kill(`was ended: it took longer than ${leftMs > 0 ? maxWallMs : request.limitMs} ms`);
  }

  #finish(result: RenderingResult): void {
    const request = this.#request;
    if (request) this.#end({ kind: 'finished', result, usedMs: this.#cpuMs - request.cpuAtStartMs });
  }

  #end(outcome: ChildOutcome): void {
    const request = this.#request;
    if (!request) return;
    clearTimeout(request.timer);
    this.#request = null;
    this.#child.channel?.unref();
    request.resolve(outcome);
  }
}

/**
 * Reads the processor time that the process has used, in ms, in steps of 10 ms. Null if it has ended, or not on Linux.
 */
function readCpuMs(pid: number | undefined): number | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // The file does not exist, because this is not Linux or the process has ended.
    return null;
  }
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}
