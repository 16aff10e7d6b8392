/** What a template can read. `payload` is a short way to write `event.payload`. */
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

/** The templates of one endpoint; null for a part that is sent as it is. */
export interface Templates {
  readonly url: string | null;
  readonly body: string | null;
}

/** What is wrong with one of the templates, for the owner of the endpoint. */
export interface TemplateProblem {
  readonly part: keyof Templates;
  readonly message: string;
}

/** A request to a rendering process, which answers one after the other. */
export type RenderingRequest =
  | { readonly kind: 'render'; readonly templates: Templates; readonly context: TemplateContext }
  | { readonly kind: 'check'; readonly templates: Templates; readonly mustRenderJson: boolean };

/** The outcome of a request; without a problem, the rendered templates (of a check: null). */
export type RenderingResult =
  | { readonly problem: TemplateProblem }
  | { readonly problem: null; readonly rendered: Templates };

/** A message of a rendering process: once when it is ready, for each rendering when it begins, and for each request. */
export interface RenderingResponse {
  readonly kind: 'ready' | 'compiled' | 'finished';
  /** Null unless the request is finished. */
  readonly result: RenderingResult | null;
  /** The processor time that the process has used since its start, in milliseconds. */
  readonly cpuMs: number;
}
