import { setPriority } from 'node:os';
import { LRUCache } from 'lru-cache';
import { type CompileResult, compileBodyTemplate, compileUrlTemplate } from './engine.ts';
import type { RenderingRequest, RenderingResponse, RenderingResult, Templates } from './messages.ts';
import { isNeverJson } from './sample.ts';

/*
 * The program of a rendering process, which renderer.ts starts to compile and render templates. Worker threads are not
 * safe enough: some allocations beyond a thread's memory limit make V8 end the whole process.
 */

/** The size of the cache, in characters of template text. A compiled template takes up to 200 bytes per character. */
const maxCachedChars = 262_144;
const compiled = new LRUCache<string, CompileResult>({
  maxSize: maxCachedChars,
  sizeCalculation: (_, key) => key.length,
});

const compilers = { url: compileUrlTemplate, body: compileBodyTemplate } as const;

function compile(part: keyof Templates, text: string): CompileResult {
  const key = `${part}:${text}`;
  const known = compiled.get(key);
  if (known) return known;
  const result = compilers[part](text);
  compiled.set(key, result);
  return result;
}

function answer(request: RenderingRequest): RenderingResult {
  const parts = (['url', 'body'] as const).flatMap(part => {
    const text = request.templates[part];
    return text === null ? [] : [{ part, template: compile(part, text) }];
  });
  if (request.kind === 'render') respond('compiled', null);
  const rendered: { url: string | null; body: string | null } = { url: null, body: null };
  for (const { part, template } of parts) {
    if (!template.ok) return { problem: { part, message: template.message } };
    if (request.kind === 'check') {
      if (part === 'body' && request.mustRenderJson && isNeverJson(template)) {
        return { problem: { part, message: 'does not render valid JSON, which its content type asks for' } };
      }
      continue;
    }
    const result = template.render(request.context);
    if (!result.ok) return { problem: { part, message: result.message } };
    rendered[part] = result.text;
  }
  return { problem: null, rendered };
}

function respond(kind: RenderingResponse['kind'], result: RenderingResult | null): void {
  const { user, system } = process.cpuUsage();
  process.send?.({ kind, result, cpuMs: (user + system) / 1000 } satisfies RenderingResponse);
}

// The rendering process gets a lower priority than the parent, which serves requests and sends deliveries.
setPriority(10);
process.on('disconnect', () => process.exit());
process.on('message', (request: RenderingRequest) => respond('finished', answer(request)));
respond('ready', null);
