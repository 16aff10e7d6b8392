import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { ESLint } from 'eslint';
import { buildSchema } from 'graphql';

/**
 * Fails where `schema.graphql` breaks what clients of the last commit rely on, or does not read as documentation
 * (eslint.config.js). Each check is first shown a planted fault: one that finds nothing there would find nothing at all.
 *
 * A change that must break clients is committed with `ALLOW_BREAKING_SCHEMA=1` set for this check.
 */
const path = 'schema.graphql';
const current = readFileSync(path, 'utf8');
const problems = [...(await lint()), ...(await findBreaks())];
for (const problem of problems) console.error(`${path}: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
else console.log('schema: described throughout, and breaks no client of the last commit');

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
  const committed = readCommitted();
  if (committed === null || process.env.ALLOW_BREAKING_SCHEMA) return [];
  const planted = current.replace(/^ {2}viewer:/m, '  renamed:');
  if ((await listBreaks(current, planted)).length === 0) throw new Error('the planted break was not found');
  return listBreaks(committed, current);
}

async function listBreaks(before: string, after: string): Promise<string[]> {
  const changes = await diff(buildSchema(before), buildSchema(after));
  return changes
    .filter(change => change.criticality.level === CriticalityLevel.Breaking)
    .map(change => `breaks clients: ${change.message}`);
}

/** Null where this is no clone, or has no commit with a schema. */
function readCommitted(): string | null {
  try {
    return execFileSync('git', ['show', `HEAD:${path}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
}
