/** One event of a `text/event-stream`. */
export interface StreamEvent {
  /** The name of the event. `message` if the stream gives no name. */
  readonly name: string;
  readonly data: string;
  readonly id: string | null;
}

/**
 * Reads server-sent events as the HTML standard defines them. Ends when the stream ends. An incomplete event at the end
 * is dropped.
 */
export async function* readEventStream(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let fields = newEvent();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const ended of lines) {
        const line = ended.replace(/\r$/, '');
        if (line !== '') addLine(fields, line);
        else {
          const { name, data, id } = fields;
          if (data.length > 0) yield { name, data: data.join('\n'), id };
          fields = newEvent();
        }
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

interface Fields {
  name: string;
  data: string[];
  id: string | null;
}

function newEvent(): Fields {
  return { name: 'message', data: [], id: null };
}

function addLine(fields: Fields, line: string): void {
  const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
  if (field === 'event') fields.name = value;
  if (field === 'data') fields.data.push(value);
  if (field === 'id') fields.id = value;
}
