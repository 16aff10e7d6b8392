import { readFileSync } from 'node:fs';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { ESLint } from 'eslint';
import { buildSchema } from 'graphql';
import { readArguments } from './read-arguments.ts';
import { findSchemaBases, isShallow } from './schema-bases.ts';

readArguments('node tools/verify-schema.ts\n\nFails if schema.graphql breaks clients or is not described.');

/**
 * Fails if `schema.graphql` breaks clients of an earlier version (see schema-bases.ts), or if its descriptions break
 * the rules of eslint.config.js. Each check is first run on a schema with a known fault, to show that it finds it.
 *
 * A change that must break clients is listed in accepted-schema-breaks.json, with its reason.
 */
const path = 'schema.graphql';
const current = readFileSync(path, 'utf8');
const accepted = JSON.parse(readFileSync(new URL('accepted-schema-breaks.json', import.meta.url), 'utf8')) as {
  readonly change: string;
  readonly reason: string;
}[];
const bases = findSchemaBases('.');
const problems = [...(await lint()), ...(await findBreaks())];
for (const problem of problems) console.error(`${path}: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
else console.log(`schema: described throughout; ${describeComparison()}`);

async function lint(): Promise<string[]> {
  const eslint = new ESLint();
  const check = async (text: string) =>
    (await eslint.lintText(text, { filePath: path })).flatMap(({ messages }) =>
      messages.map(({ line, message }) => `line ${line}: ${message}`),
    );
  const planted = `${current}\n"""Planted."""\nenum Planted {\n  UNDESCRIBED\n}\n`;
  const found = await check(planted);
  if (!found.some(message => message.includes('UNDESCRIBED'))) throw new Error('the planted fault was not found');
  return check(current);
}

async function findBreaks(): Promise<string[]> {
  const planted = `${current}\n"""Planted."""\ntype Planted {\n  field: Int\n}\n`;
  if ((await listBreaks(planted, current)).length === 0) throw new Error('the planted break was not found');
  const found = await Promise.all(
    bases.map(async ({ name, text }) =>
      (await listBreaks(text, current)).map(change => `breaks clients of ${name}: ${change}`),
    ),
  );
  return found.flat();
}

async function listBreaks(before: string, after: string): Promise<string[]> {
  const changes = await diff(buildSchema(before), buildSchema(after));
  return changes
    .filter(({ criticality, message }) => {
      return criticality.level === CriticalityLevel.Breaking && !accepted.some(({ change }) => change === message);
    })
    .map(({ message }) => message);
}

function describeComparison(): string {
  const names = bases.map(({ name }) => name).join(' and ');
  if (isShallow('.')) return `compared with ${names} alone, since this clone is shallow: git fetch --unshallow`;
  return names ? `breaks no client of ${names}` : 'compared with nothing, since this is no clone';
}
