const textFrame = 0x81;
const close = Buffer.from('}');

/** The text before the payload in every `next` message of one operation. */
export function nextPrefix(operationId: string): Buffer {
  return Buffer.from(`{"id":${JSON.stringify(operationId)},"type":"next","payload":`);
}

/** The largest payload that is copied into the frame. Larger ones are separate buffers that subscribers share. */
const maxCopiedBytes = 64 * 1024;

/**
 * Encodes whole websocket frames, one for each payload, as a server sends them: final, text, not masked. Only the
 * prefix differs between two subscribers, so the payloads are serialized once. Write all of the buffers, in order.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-5.2
 */
export function encodeNextFrames(prefix: Buffer, payloads: readonly Buffer[]): Buffer[] {
  let total = 0;
  for (const { length } of payloads) {
    const framed = prefix.length + length + close.length;
    total += headerLength(framed) + framed - (length > maxCopiedBytes ? length : 0);
  }
  const copied = Buffer.allocUnsafe(total);
  const buffers: Buffer[] = [];
  let at = 0;
  let start = 0;
  for (const payload of payloads) {
    at = writeHeader(copied, at, prefix.length + payload.length + close.length);
    at += prefix.copy(copied, at);
    if (payload.length <= maxCopiedBytes) {
      at += payload.copy(copied, at);
    } else {
      buffers.push(copied.subarray(start, at), payload);
      start = at;
    }
    at += close.copy(copied, at);
  }
  buffers.push(copied.subarray(start));
  return buffers;
}

function headerLength(length: number): number {
  if (length < 126) return 2;
  return length < 65_536 ? 4 : 10;
}

function writeHeader(frames: Buffer, at: number, length: number): number {
  frames[at] = textFrame;
  if (length < 126) {
    frames[at + 1] = length;
    return at + 2;
  }
  if (length < 65_536) {
    frames[at + 1] = 126;
    return frames.writeUInt16BE(length, at + 2);
  }
  frames[at + 1] = 127;
  return frames.writeBigUInt64BE(BigInt(length), at + 2);
}
