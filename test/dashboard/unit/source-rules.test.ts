import { readFile } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { dashboardDirectory, findDashboardFiles, parseDashboardFile, walk } from '../../fixtures/dashboard-sources.ts';

const maxComponentLines = 120;

/** Attributes whose value is displayed or read by a screen reader. */
const textAttributes = new Set([
  'about',
  'alt',
  'aria-label',
  'aria-valuetext',
  'data-label',
  'hint',
  'label',
  'none',
  'note',
  'placeholder',
  'submitLabel',
  'textValue',
  'title',
  'what',
]);

/** Texts of several words that are not displayed on the page. */
const technicalTexts = new Set([
  'bottom start',
  '(prefers-color-scheme: dark)',
  'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable]',
  'a, button, summary, [role="tab"], input',
  '11px system-ui, sans-serif',
  'clamp(90px, …px, calc(100% - 90px))',
  'Unable to preload CSS',
  'No answer to a ping.',
]);

it('dashboard components contain no literal text in JSX or in attributes that are displayed or read by a screen reader', async () => {
  const files = await findDashboardFiles('**/*.tsx');
  expect(files.length).toBeGreaterThan(80);
  const found = await Promise.all(files.map(async file => (await findJsxTexts(file)).map(text => `${file}: ${text}`)));
  expect(found.flat()).toEqual([]);
});

it('the dashboard code has texts of several words in message files only', async () => {
  // copies.ts is excluded, because it writes commands for a terminal and documents for a GraphQL client.
  const files = (await findDashboardFiles('**/*.{ts,tsx}')).filter(
    file => !/(^|\/)messages\.ts$|(^|\/)copies\.ts$|^build\//.test(file),
  );
  const found = await Promise.all(files.map(async file => (await findSentences(file)).map(text => `${file}: ${text}`)));
  expect(found.flat()).toEqual([]);
});

it('the dashboard uses Intl and the toLocale methods in one module only', async () => {
  const files = await findDashboardFiles('**/*.{ts,tsx}');
  const using = await Promise.all(
    files.map(async file =>
      /\bIntl\.|\.toLocale\w*String\(/.test((await parseDashboardFile(file)).text) ? [file] : [],
    ),
  );
  expect(using.flat()).toEqual(['intl.ts']);
});

it(`no dashboard component is longer than ${maxComponentLines} lines`, async () => {
  const files = await findDashboardFiles('**/*.tsx');
  const found = await Promise.all(files.map(findLongComponents));
  expect(found.flat()).toEqual([]);
});

it('no two CSS modules of the dashboard have the same file name, because class names are made from it', async () => {
  const names = (await findDashboardFiles('**/*.module.css')).map(file => path.basename(file));
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

it('the dashboard has no global stylesheets except the one with the design tokens and the base stylesheet', async () => {
  const files = await findDashboardFiles('**/*.css');
  expect(files.filter(file => !file.endsWith('.module.css'))).toEqual(['styles/base.css', 'styles/tokens.css']);
});

it('dashboard components use only classes that their CSS module defines, and each defined class is used', async () => {
  const definedBy = new Map(
    await Promise.all(
      (await findDashboardFiles('**/*.module.css')).map(async file => [file, await findDefinedClasses(file)] as const),
    ),
  );
  const usedBy = new Map([...definedBy.keys()].map(file => [file, new Set<string>()]));
  /** CSS modules whose classes are selected by an expression, such as `styles[tone]`. */
  const chosen = new Set<string>();
  for (const file of await findDashboardFiles('**/*.tsx')) {
    for (const { module, name } of await findUsedClasses(file)) {
      if (name === null) chosen.add(module);
      else usedBy.get(module)?.add(name);
    }
  }
  const missing = [...usedBy].flatMap(([file, names]) =>
    difference(names, definedBy.get(file)).map(name => `${file}: ${name}`),
  );
  expect(missing).toEqual([]);
  const unused = [...definedBy].flatMap(([file, names]) =>
    chosen.has(file) ? [] : difference(names, usedBy.get(file)).map(name => `${file}: ${name}`),
  );
  expect(unused).toEqual([]);
});

it('dashboard components write a class name as text only for classes of the base stylesheet', async () => {
  const base = await findDefinedClasses('styles/base.css');
  const files = await findDashboardFiles('**/*.tsx');
  const found = await Promise.all(
    files.map(async file => difference(await findNamedClasses(file), base).map(name => `${file}: ${name}`)),
  );
  expect(found.flat()).toEqual([]);
});

/** Finds the texts in JSX: children including strings, and attributes that are displayed or read by a screen reader. */
async function findJsxTexts(file: string): Promise<string[]> {
  const source = await parseDashboardFile(file);
  const found: string[] = [];
  walk(source, node => {
    if (ts.isJsxText(node)) found.push(node.text);
    else if (ts.isJsxAttribute(node)) {
      if (node.initializer && textAttributes.has(node.name.getText(source))) found.push(...readTexts(node.initializer));
    } else if (ts.isJsxExpression(node) && node.expression && !ts.isJsxAttribute(node.parent)) {
      found.push(...readTexts(node.expression));
    }
    return true;
  });
  return found.filter(text => /\p{L}/u.test(text)).map(text => text.trim());
}

/** Finds texts of several words, except errors that the code throws, console output, class names and GraphQL. */
async function findSentences(file: string): Promise<string[]> {
  const source = await parseDashboardFile(file);
  const found: string[] = [];
  walk(source, node => {
    if (ts.isImportDeclaration(node) || ts.isNewExpression(node) || ts.isTypeNode(node)) return false;
    if (ts.isJsxAttribute(node) && node.name.getText(source) === 'className') return false;
    if (ts.isCallExpression(node) && /^(graphql|console\.\w+|classNames)$/.test(node.expression.getText(source)))
      return false;
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) found.push(readTexts(node).join('…'));
    return true;
  });
  return found.filter(text => /\p{L}{2,}[,.:;]? \p{L}{2,}/u.test(text) && !technicalTexts.has(text));
}

/** The strings that an expression can return, without those that it only compares or computes with. */
function readTexts(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node)) return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
  if (ts.isJsxExpression(node) || ts.isParenthesizedExpression(node))
    return node.expression ? readTexts(node.expression) : [];
  if (ts.isConditionalExpression(node)) return [...readTexts(node.whenTrue), ...readTexts(node.whenFalse)];
  if (ts.isBinaryExpression(node) && /^(&&|\|\||\?\?)$/.test(node.operatorToken.getText()))
    return readTexts(node.right);
  return [];
}

async function findLongComponents(file: string): Promise<string[]> {
  const source = await parseDashboardFile(file);
  const found: string[] = [];
  walk(source, node => {
    const isComponent =
      (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) && /^[A-Z]/.test(node.name?.text ?? '');
    if (!isComponent) return true;
    const [first, last] = [node.getStart(source), node.getEnd()].map(
      at => source.getLineAndCharacterOfPosition(at).line,
    );
    const lines = (last ?? 0) - (first ?? 0) + 1;
    if (lines > maxComponentLines) found.push(`${file}: ${node.name?.text} has ${lines} lines`);
    return true;
  });
  return found;
}

async function findDefinedClasses(file: string): Promise<Set<string>> {
  const css = await readFile(path.join(dashboardDirectory, file), 'utf8');
  const local = css.replace(/:global\([^)]*\)|\/\*.*?\*\//gs, '');
  const selectors = [...local.matchAll(/([^{};]+)\{/g)].map(([, selector = '']) => selector);
  return new Set(
    selectors.flatMap(selector => [...selector.matchAll(/\.([A-Za-z][\w-]*)/g)].map(([, name = '']) => name)),
  );
}

/** Finds the CSS classes that a file uses, with their modules. The name is null if an expression selects the class. */
async function findUsedClasses(file: string): Promise<{ module: string; name: string | null }[]> {
  const modules = new Map<string, string>();
  const found: { module: string; name: string | null }[] = [];
  walk(await parseDashboardFile(file), node => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier) && node.importClause?.name) {
      const target = path.join(path.dirname(file), node.moduleSpecifier.text);
      if (target.endsWith('.module.css')) modules.set(node.importClause.name.text, target);
    }
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
      const module = modules.get(ts.isIdentifier(node.expression) ? node.expression.text : '');
      if (module) found.push({ module, name: ts.isPropertyAccessExpression(node) ? node.name.text : null });
    }
    return true;
  });
  return found;
}

/** The classes that a file names as text: in `className`, and as arguments of `classNames`. */
async function findNamedClasses(file: string): Promise<Set<string>> {
  const source = await parseDashboardFile(file);
  const found: string[] = [];
  walk(source, node => {
    if (ts.isJsxAttribute(node) && node.name.getText(source) === 'className' && node.initializer) {
      found.push(...readTexts(node.initializer));
    } else if (ts.isPropertyAssignment(node) && node.name.getText(source) === 'className') {
      found.push(...readTexts(node.initializer));
    } else if (ts.isCallExpression(node) && node.expression.getText(source) === 'classNames') {
      found.push(...node.arguments.flatMap(readTexts));
    }
    return true;
  });
  return new Set(found.flatMap(text => text.split(' ')).filter(name => name !== ''));
}

function difference(names: ReadonlySet<string>, others: ReadonlySet<string> | undefined): string[] {
  return [...names].filter(name => !others?.has(name));
}
