/** The variables of a template. In templates, `payload` is short for `event.payload`. */
export interface TemplateContext {
  readonly event: {
    readonly id: string;
    readonly type: string;
    /** When the event was published, in RFC 3339. */
    readonly createdAt: string;
    /** The payload as valid JSON text. The rendering process parses it with `parseExactJson`. */
    readonly payloadText: string;
  };
  readonly delivery: { readonly id: string; readonly attempt: number };
  readonly endpoint: { readonly id: string; readonly name: string };
}

/** The templates of one endpoint. A part that is not a template is null. */
export interface Templates {
  readonly url: string | null;
  readonly body: string | null;
}

/** The problem of a template, in words for the owner of the endpoint. */
export interface TemplateProblem {
  readonly part: keyof Templates;
  readonly message: string;
}

/** A request to a rendering process, which handles one at a time. */
export type RenderingRequest =
  | { readonly kind: 'render'; readonly templates: Templates; readonly context: TemplateContext }
  | { readonly kind: 'check'; readonly templates: Templates; readonly mustRenderJson: boolean };

/** The result of a request. Without a problem it has the rendered templates, which are null after a check. */
export type RenderingResult =
  | { readonly problem: TemplateProblem }
  | { readonly problem: null; readonly rendered: Templates };

/**
 * A message from a rendering process: `ready` after its start, `compiled` when a rendering begins, and `finished` with
 * each result.
 */
export interface RenderingResponse {
  readonly kind: 'ready' | 'compiled' | 'finished';
  /** The result of the request. Null unless `kind` is `finished`. */
  readonly result: RenderingResult | null;
  /** The processor time that the process has used since its start, in milliseconds. */
  readonly cpuMs: number;
}
