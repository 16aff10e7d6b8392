import { Liquid, type Template } from 'liquidjs';
import { parseExactJson } from './exact-json.ts';

/** What a template can see. `payload` is a short way to `event.payload`. */
export interface TemplateContext {
  readonly event: {
    readonly id: string;
    readonly type: string;
    /** RFC 3339. */
    readonly createdAt: string;
    /** Valid JSON; parsed here, with `parseExactJson`. */
    readonly payloadText: string;
  };
  readonly delivery: { readonly id: string; readonly attempt: number };
  readonly endpoint: { readonly id: string; readonly name: string };
}

export type RenderResult = { ok: true; text: string } | { ok: false; message: string };

export interface CompiledTemplate {
  /** Never throws: what goes wrong, limits included, is a message for the owner of the endpoint. */
  render(context: TemplateContext): RenderResult;
}

export type CompileResult = ({ ok: true } & CompiledTemplate) | { ok: false; message: string };

const maxTemplateChars = 65_536;
const maxRenderMs = 50;
/** In liquidjs' own units, about a character or an array element each. */
const maxMemory = 4_000_000;
const maxBodyChars = 1_048_576;
const maxUrlChars = 8192;

/** Characters that one rendering has put out so far, into captures too, which liquidjs does not limit. */
let printedChars = 0;

const bodyEngine = createEngine(value => value);
const urlEngine = createEngine(encodeValue);
// `raw` would let a value leave its place in a URL unescaped.
delete urlEngine.filters.raw;

/** True where the text holds a Liquid tag, closed or not. */
export function isTemplate(text: string): boolean {
  return /\{\{|\{%/.test(text);
}

/** The text with an `x` in place of each tag, to be judged as the literal that it is around them. */
export function replaceTags(text: string): string {
  return text.replace(/\{\{.*?\}\}|\{%.*?%\}/gs, 'x');
}

/**
 * Compiles an endpoint's body template: Liquid without files (no include, render, layout), own properties only, unknown
 * variables empty and unknown filters an error; at most 65,536 characters, 50 ms (looked at between tags) and 1,048,576
 * characters of output.
 */
export function compileBodyTemplate(text: string): CompileResult {
  return compile(bodyEngine, text, maxBodyChars);
}

/**
 * Compiles a templated URL. Each value is percent-encoded (RFC 3986, 2.3: unreserved characters stay), so that it cannot
 * leave its place; a rendered URL with a `.` or `..` segment in its path, or on another origin than the text before the
 * first tag, is refused.
 */
export function compileUrlTemplate(text: string): CompileResult {
  const origin = /^https?:\/\/[^/?#{}\\]+(?=[/?])/i.exec(text)?.[0];
  if (!origin) return { ok: false, message: 'templates may stand in path and query only' };
  if (hasDotSegment(replaceTags(text))) {
    return { ok: false, message: 'the path must not hold . or .. segments beside a template' };
  }
  const compiled = compile(urlEngine, text, maxUrlChars);
  if (!compiled.ok) return compiled;
  return {
    ok: true,
    render(context) {
      const result = compiled.render(context);
      if (!result.ok) return result;
      if (!URL.canParse(result.text) || new URL(result.text).origin !== new URL(origin).origin) {
        return { ok: false, message: 'the rendered URL is not one of the same origin' };
      }
      if (hasDotSegment(result.text)) return { ok: false, message: 'a value put a . or .. segment into the path' };
      return result;
    },
  };
}

function compile(engine: Liquid, text: string, maxChars: number): CompileResult {
  let templates: Template[];
  try {
    templates = engine.parse(text);
  } catch (error) {
    return { ok: false, message: firstLine(error) };
  }
  return {
    ok: true,
    render({ event, delivery, endpoint }) {
      try {
        const { payloadText, ...visible } = event;
        const payload = parseExactJson(payloadText);
        printedChars = 0;
        const scope = { event: { ...visible, payload }, payload, delivery, endpoint };
        const rendered: string = engine.renderSync(templates, scope);
        if (rendered.length > maxChars) return { ok: false, message: `rendered more than ${maxChars} characters` };
        return { ok: true, text: rendered };
      } catch (error) {
        return { ok: false, message: firstLine(error) };
      }
    },
  };
}

function createEngine(print: (value: unknown) => unknown): Liquid {
  const engine = new Liquid({
    ownPropertyOnly: true,
    strictFilters: true,
    parseLimit: maxTemplateChars,
    renderLimit: maxRenderMs,
    memoryLimit: maxMemory,
    templates: {},
    outputEscape(value) {
      if (typeof value === 'string') printedChars += value.length;
      if (printedChars > maxBodyChars) throw new RangeError(`printed more than ${maxBodyChars} characters`);
      return print(value) as string;
    },
  });
  for (const tag of ['include', 'render', 'layout', 'block']) delete engine.tags[tag];
  return engine;
}

function encodeValue(value: unknown): string {
  if (value === null || value === undefined) return '';
  const primitive = typeof value === 'object' ? value.valueOf() : value;
  return encodeURIComponent(typeof primitive === 'object' ? JSON.stringify(primitive) : String(primitive));
}

function hasDotSegment(url: string): boolean {
  const path = url.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
  return path.split('/').some(segment => /^(\.|%2e){1,2}$/i.test(segment));
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] ?? message;
}
