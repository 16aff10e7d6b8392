import { readFileSync } from 'node:fs';

/** A fenced code block of a page. */
export interface CodeBlock {
  /** The language of the block, for example `sh` or `ts`. */
  readonly language: string;
  /** The file name in which the reader saves the block. Null if the block is a command to run. */
  readonly title: string | null;
  readonly code: string;
  /** The line of the opening fence, for error messages. */
  readonly line: number;
}

const fence = /^```(\w+)(?: title=(\S+))?\n(.*?)^```$/gms;

/** The code blocks of a Markdown page, in order. */
export function readCodeBlocks(path: string): CodeBlock[] {
  const page = readFileSync(path, 'utf8');
  return [...page.matchAll(fence)].map(({ 1: language = '', 2: title, 3: code = '', index }) => ({
    language,
    title: title ?? null,
    code,
    line: page.slice(0, index).split('\n').length,
  }));
}
