import type { MetricObject } from 'prom-client';

/** The environment variable that tells a process that a supervisor has started it. */
export const childVariable = 'LIVEHOOK_CHILD_PROCESS';

/** A message of a child process to its supervisor. */
export type ChildMessage =
  /** The process is ready. */
  | { readonly kind: 'ready'; readonly url: string }
  /** The process asks for the metrics of all children, including its own. */
  | { readonly kind: 'gather'; readonly request: number }
  | { readonly kind: 'metrics'; readonly round: number; readonly metrics: readonly MetricObject[] };

/** A message of a supervisor to a child process. */
export type SupervisorMessage =
  | { readonly kind: 'stop' }
  | { readonly kind: 'report'; readonly round: number }
  | { readonly kind: 'gathered'; readonly request: number; readonly metrics: readonly (readonly MetricObject[])[] };
