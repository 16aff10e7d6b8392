import type { MetricObject } from 'prom-client';

/** Set in the environment of the processes that a supervisor starts. */
export const childVariable = 'LIVEHOOK_CHILD_PROCESS';

/** What a child process tells its supervisor. */
export type ChildMessage =
  /** It serves, or does its work. */
  | { readonly kind: 'ready'; readonly url: string }
  /** It wants the metrics of every child, its own included. */
  | { readonly kind: 'gather'; readonly request: number }
  | { readonly kind: 'metrics'; readonly round: number; readonly metrics: readonly MetricObject[] };

/** What a supervisor tells a child process. */
export type SupervisorMessage =
  | { readonly kind: 'stop' }
  | { readonly kind: 'report'; readonly round: number }
  | { readonly kind: 'gathered'; readonly request: number; readonly metrics: readonly (readonly MetricObject[])[] };
