import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { RenderingRequest, RenderingResponse, RenderingResult } from './messages.ts';

/** How a request to a rendering process ended. */
export type ChildOutcome =
  | { readonly kind: 'finished'; readonly result: RenderingResult; readonly usedMs: number }
  /** The process was ended because it exceeded its time or memory. */
  | { readonly kind: 'ended'; readonly message: string; readonly usedMs: number };

/** The limit for compiling templates and for a check: a template of 65,536 characters takes about 50 ms. */
const maxCompileMs = 250;
const maxRenderMs = 50;
/** The wall-clock limit, which applies even if the process gets no processor time. */
const maxWallMs = 10_000;
const checkAgainMs = 10;
/** The TypeScript source or the compiled module, next to this one. */
const processFile = new URL(`./rendering-process${path.extname(import.meta.filename)}`, import.meta.url);

/**
 * One rendering process. It handles one request at a time. It is killed if a rendering takes more than 50 ms of
 * processor time, if compiling templates or a check takes more than 250 ms, or if any of them takes more than 10 s of
 * wall-clock time. On systems that do not report processor time, wall-clock time is used for all limits.
 */
export class RenderingChild {
  readonly #child: ChildProcess;
  readonly #maxHeapMegabytes: number;
  /** Resolves once the process has ended, or could not be started. */
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
    // After an 'error' event (the process could not be started, or a message could not be sent) there may be no 'exit'.
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

  /** Call it only while the process is idle. Never rejects. */
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

  /** Ends the process. A running request ends with this message. */
  kill(message: string): void {
    // Keeps this process alive until its rendering process has ended.
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

/** The processor time on Linux, which counts in ticks of 10 ms. Null on other systems and for an ended process. */
function readCpuMs(pid: number | undefined): number | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // The file does not exist: this is another system, or the process has ended.
    return null;
  }
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}
