/** The variables of a template. `payload` is an abbreviation of `event.payload`. */
export interface TemplateContext {
  readonly event: {
    readonly id: string;
    readonly type: string;
    /** RFC 3339. */
    readonly createdAt: string;
    /** Valid JSON. The rendering process parses it with `parseExactJson`. */
    readonly payloadText: string;
  };
  readonly delivery: { readonly id: string; readonly attempt: number };
  readonly endpoint: { readonly id: string; readonly name: string };
}

/** The templates of one endpoint. Null for a part that is not a template. */
export interface Templates {
  readonly url: string | null;
  readonly body: string | null;
}

/** The problem of a template, described for the owner of the endpoint. */
export interface TemplateProblem {
  readonly part: keyof Templates;
  readonly message: string;
}

/** A request to a rendering process, which handles one at a time. */
export type RenderingRequest =
  | { readonly kind: 'render'; readonly templates: Templates; readonly context: TemplateContext }
  | { readonly kind: 'check'; readonly templates: Templates; readonly mustRenderJson: boolean };

/** The result of a request. Without a problem, the rendered templates, or null for a check. */
export type RenderingResult =
  | { readonly problem: TemplateProblem }
  | { readonly problem: null; readonly rendered: Templates };

/**
 * A message of a rendering process. It sends one when it is ready, one when a rendering starts, and one for each
 * result.
 */
export interface RenderingResponse {
  readonly kind: 'ready' | 'compiled' | 'finished';
  /** Null until the request is finished. */
  readonly result: RenderingResult | null;
  /** The processor time of the process since its start, in milliseconds. */
  readonly cpuMs: number;
}
