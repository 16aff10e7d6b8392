import { Liquid, type LiquidOptions, type Template } from 'liquidjs';
import { parseExactJson } from './exact-json.ts';
import type { TemplateContext } from './messages.ts';
import { hasDotSegment, readOrigin, readPath, replaceTags } from './syntax.ts';

export type RenderResult =
  /** `isComplete`: every tag printed a value that is not empty. */
  { ok: true; text: string; isComplete: boolean } | { ok: false; message: string };

export interface CompiledTemplate {
  /**
   * Renders the template for one attempt. Never throws. If it fails, the message tells the owner of the endpoint why.
   */
  render(context: TemplateContext): RenderResult;
  /** Renders the template with other variables, such as those of a sample. Never throws. */
  renderScope(scope: object): RenderResult;
}

export type CompileResult = ({ ok: true } & CompiledTemplate) | { ok: false; message: string };

const maxTemplateChars = 65_536;
/**
 * The time in ms after which liquidjs ends a rendering by itself. The parent process normally kills it much earlier,
 * but may have died.
 */
const maxRenderMs = 1000;
/** The memory limit of a rendering in the unit of liquidjs: about one character or array element each. */
const maxMemory = 4_000_000;
const maxBodyChars = 1_048_576;
const maxUrlChars = 8192;
/** Marks the place of an empty value in a URL that is being rendered. URL templates cannot contain this character. */
const emptyValue = '\u0000';

/**
 * The number of characters that the current rendering has printed. liquidjs has no limit on text printed into captures.
 */
let printedChars = 0;
/** Whether the current rendering has printed an empty value. */
let hasPrintedNothing = false;

const bodyEngine = createEngine(value => value);
const urlEngine = createEngine(encodeValue, { strictVariables: true, lenientIf: true });
// The filter `raw` is removed, because it would insert a value into a URL without encoding it.
delete urlEngine.filters.raw;

/**
 * Compiles an endpoint's body template. It is Liquid without files (no include, render, layout) and reads own
 * properties only. It prints missing variables as nothing (as `null` with the filter `json`), and rejects unknown
 * filters. A template has at most 65,536 characters, its output at most 1,048,576.
 */
export function compileBodyTemplate(text: string): CompileResult {
  return compile(bodyEngine, text, maxBodyChars);
}

/**
 * Compiles a templated URL. Each value is percent-encoded except for unreserved characters (RFC 3986, 2.3), so that it
 * cannot change another part of the URL. Rendering fails
 * - if a variable is missing or null, or a value in the path is empty,
 * - if tags leave a path segment between two slashes empty, such as a loop over an empty list,
 * - if the rendered URL has a `.` or `..` segment, or another origin than the text before the first tag.
 */
export function compileUrlTemplate(text: string): CompileResult {
  const origin = readOrigin(text);
  if (!origin) return { ok: false, message: 'templates are allowed in path and query only' };
  if (hasDotSegment(replaceTags(text))) {
    return { ok: false, message: 'the path must not contain . or .. segments beside a template' };
  }
  const compiled = compile(urlEngine, text, maxUrlChars);
  if (!compiled.ok) return compiled;
  const hasEmptySegment = readPath(replaceTags(text)).includes('//');
  return {
    ...compiled,
    render(context) {
      const result = compiled.render(context);
      const checked = result.ok ? checkRenderedUrl(result, origin) : result;
      if (!checked.ok || hasEmptySegment || !readPath(checked.text).includes('//')) return checked;
      return { ok: false, message: 'a tag left a segment of the path empty' };
    },
  };
}

function checkRenderedUrl(result: RenderResult & { ok: true }, origin: string): RenderResult {
  if (readPath(result.text).includes(emptyValue)) return { ok: false, message: 'a value in the path is empty' };
  const text = result.text.replaceAll(emptyValue, '');
  if (!URL.canParse(text) || new URL(text).origin !== new URL(origin).origin) {
    return { ok: false, message: 'the rendered URL is not one of the same origin' };
  }
  if (hasDotSegment(text)) return { ok: false, message: 'a value put a . or .. segment into the path' };
  return { ...result, text };
}

function compile(engine: Liquid, text: string, maxChars: number): CompileResult {
  let templates: Template[];
  try {
    templates = engine.parse(text);
  } catch (error) {
    return { ok: false, message: describe(error) };
  }
  function renderScope(scope: object): RenderResult {
    try {
      printedChars = 0;
      hasPrintedNothing = false;
      const text: string = engine.renderSync(templates, scope);
      if (text.length > maxChars) return { ok: false, message: `rendered more than ${maxChars} characters` };
      return { ok: true, text, isComplete: !hasPrintedNothing };
    } catch (error) {
      return { ok: false, message: describe(error) };
    }
  }
  return {
    ok: true,
    renderScope,
    render({ event: { payloadText, ...event }, delivery, endpoint }) {
      try {
        const payload = parseExactJson(payloadText);
        return renderScope({ event: { ...event, payload }, payload, delivery, endpoint });
      } catch (error) {
        return { ok: false, message: describe(error) };
      }
    },
  };
}

function createEngine(print: (value: unknown) => unknown, options: LiquidOptions = {}): Liquid {
  const engine = new Liquid({
    ...options,
    ownPropertyOnly: true,
    strictFilters: true,
    parseLimit: maxTemplateChars,
    renderLimit: maxRenderMs,
    memoryLimit: maxMemory,
    templates: {},
    outputEscape(value) {
      if (typeof value === 'string') printedChars += value.length;
      hasPrintedNothing ||= value === undefined || value === null || value === '';
      if (printedChars > maxBodyChars) throw new RangeError(`printed more than ${maxBodyChars} characters`);
      return print(value) as string;
    },
  });
  for (const tag of ['include', 'render', 'layout', 'block']) delete engine.tags[tag];
  for (const name of ['json', 'jsonify', 'inspect']) printMissingAsNull(engine, name);
  return engine;
}

/** Makes a filter print null for a missing value, so that the body stays valid JSON. */
function printMissingAsNull(engine: Liquid, name: string): void {
  const filter = engine.filters[name];
  if (typeof filter !== 'function') throw new Error(`liquidjs has no filter ${name}`);
  engine.registerFilter(name, function (value: unknown, ...rest: unknown[]) {
    return filter.call(this, value === undefined ? null : value, ...rest);
  });
}

class NullInUrlError extends Error {}

function encodeValue(value: unknown): string {
  if (value === null || value === undefined) throw new NullInUrlError('is null');
  const primitive = typeof value === 'object' ? value.valueOf() : value;
  if (primitive === '' || primitive === emptyValue) return emptyValue;
  return encodeURIComponent(typeof primitive === 'object' ? JSON.stringify(primitive) : String(primitive));
}

/** Returns the first line of an error's message, and before it the tag whose value is null. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { originalError, token } = error as Error & { originalError?: unknown; token?: { getText(): string } };
  const [line = ''] = error.message.split('\n', 1);
  const message = line.replace(/^Maximum call stack size exceeded/, 'is nested too deeply');
  return originalError instanceof NullInUrlError && token ? `${token.getText()} ${message}` : message;
}
