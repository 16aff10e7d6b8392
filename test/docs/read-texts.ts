import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A text that people read, with the number of the line on which it starts. */
export interface FoundText {
  readonly kind: 'comment' | 'string' | 'title' | 'name' | 'prose';
  readonly text: string;
  readonly line: number;
  /** The number of lines of a comment. */
  readonly lines: number;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Reads the comments, the string literals, the test titles and the identifiers of a TypeScript or JavaScript file. */
export function readCode(file: string): FoundText[] {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
  const found: FoundText[] = [];
  const literals: Span[] = [];
  const add = (kind: FoundText['kind'], start: number, end: number, content: string) => {
    found.push({ kind, text: content, line: lineOf(start), lines: lineOf(end) - lineOf(start) + 1 });
  };
  const visit = (node: ts.Node, describedBy: string): void => {
    let path = describedBy;
    if (ts.isLiteralExpression(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isTemplateHead(node)) {
      literals.push({ start: node.getStart(), end: node.end });
    } else if (ts.isJsxText(node)) literals.push({ start: node.pos, end: node.end });
    if (ts.isIdentifier(node)) add('name', node.getStart(), node.end, node.text);
    else if (ts.isStringLiteralLike(node)) add('string', node.getStart(), node.end, node.text);
    else if (ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      add('string', node.pos, node.end, node.text);
    else if (ts.isJsxText(node) && node.text.trim()) add('string', node.pos, node.end, node.text.trim());
    else if (ts.isCallExpression(node)) {
      const call = readTitle(node);
      if (call) {
        path = describedBy ? `${describedBy} > ${call.title}` : call.title;
        if (!call.isGroup) add('title', node.getStart(), node.getStart(), path);
      }
    }
    ts.forEachChild(node, child => visit(child, path));
  };
  visit(source, '');
  for (const { start, end } of findComments(text, literals))
    add('comment', start, end, toPlainText(text.slice(start, end)));
  return found;
}

/** Reads a page of Markdown without its code blocks, a paragraph or table row at a time. */
export function readProse(file: string): FoundText[] {
  const found: FoundText[] = [];
  let isCode = false;
  readFileSync(file, 'utf8')
    .split('\n')
    .forEach((text, index) => {
      if (text.trimStart().startsWith('```')) isCode = !isCode;
      else if (!isCode && text.trim()) found.push({ kind: 'prose', text: text.trim(), line: index + 1, lines: 1 });
    });
  return found;
}

/** The title of `test`, `it` or `describe`, also with `.each`, `.skipIf` and the like; null for any other call. */
function readTitle(node: ts.CallExpression): { readonly title: string; readonly isGroup: boolean } | null {
  let callee: ts.Expression = node.expression;
  while (
    ts.isCallExpression(callee) ||
    ts.isPropertyAccessExpression(callee) ||
    ts.isTaggedTemplateExpression(callee)
  ) {
    callee = ts.isTaggedTemplateExpression(callee) ? callee.tag : callee.expression;
  }
  const [title] = node.arguments;
  if (!ts.isIdentifier(callee) || !/^(test|it|describe)$/.test(callee.text) || !title) return null;
  if (!ts.isStringLiteralLike(title) && !ts.isTemplateExpression(title)) return null;
  return { title: title.getText().slice(1, -1), isGroup: callee.text === 'describe' };
}

/**
 * Finds all comments. Consecutive `//` lines count as one comment.
 * @param literals the ranges of strings, in which there are no comments.
 */
function findComments(text: string, literals: readonly Span[]): Span[] {
  const starts = [...literals].sort((a, b) => a.start - b.start);
  const comments: Span[] = [];
  const pattern = /\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  let next = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const start = match.index;
    while (next < starts.length && (starts[next]?.end ?? 0) <= start) next += 1;
    const literal = starts[next];
    if (literal && literal.start <= start) {
      pattern.lastIndex = literal.end;
      continue;
    }
    const end = start + match[0].length;
    const previous = comments.at(-1);
    const isContinued = previous && text.startsWith('//', start) && /^\n *$/.test(text.slice(previous.end, start));
    if (isContinued && text.startsWith('//', previous.start)) comments[comments.length - 1] = { ...previous, end };
    else comments.push({ start, end });
  }
  return comments;
}

function toPlainText(comment: string): string {
  return comment
    .replace(/^\/\*+|\*+\/$/g, '')
    .split('\n')
    .map(line => line.trim().replace(/^(\/\/|\*)\s?/, ''))
    .join(' ')
    .trim();
}
