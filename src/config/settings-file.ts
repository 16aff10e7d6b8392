import { readFile } from 'node:fs/promises';
import type { Document } from 'yaml';
import { ConfigError } from './config-error.ts';
import { findNearestSetting } from './nearest-setting.ts';
import { settings } from './settings.ts';

/** The content of a configuration file. */
export interface FileSettings {
  /** The name of the file as it was given. Null if there is no file. */
  readonly path: string | null;
  /**
   * The texts of the entries, by the name of the setting, or that name with `_FILE`. Entries without a value are left
   * out.
   */
  readonly entries: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
}

const defaultFile = 'livehook.yaml';

/** The largest number of problems that are reported. */
const maxProblems = 100;

/** Keys that are no settings. They are allowed because `livehook apply` may read the same file. */
const resourceKeys = new Set(['endpoints', 'eventTypes', 'keys', 'redaction']);

/**
 * Reads a configuration file in YAML, with one entry for each setting. The names may be in upper or lower case. A value
 * is text, a number, `true` or `false`, or a list of these.
 *
 * @param file The path of the file. If null, reads `livehook.yaml` in the current directory if that file exists.
 * @throws ConfigError if the file cannot be read, or is not a YAML map.
 */
export async function readSettingsFile(file: string | null): Promise<FileSettings> {
  const path = file ?? defaultFile;
  const text = await readText(path, file !== null);
  if (text === null) return { path: null, entries: new Map(), problems: [] };
  const entries = new Map<string, string>();
  const problems: string[] = [];
  for (const [key, value] of await parseMap(path, text)) {
    if (problems.length >= maxProblems) break;
    const name = key.toUpperCase();
    if (resourceKeys.has(key)) continue;
    if (!isName(name)) {
      problems.push(`${path}: "${key}" is not a setting. Did you mean ${findNearestSetting(key).name}?`);
    } else if (entries.has(name)) {
      problems.push(`${path}: ${name} is there twice`);
    } else {
      const found = toText(value);
      if (found === null) problems.push(`${path}: ${key} must be text, a number, true, false, or a list of these`);
      else if (found !== '') entries.set(name, found);
    }
  }
  return { path, entries, problems };
}

function isName(name: string): boolean {
  if (Object.hasOwn(settings, name)) return true;
  const secret = /^(.+)_FILE$/.exec(name)?.[1];
  return secret !== undefined && Object.hasOwn(settings, secret) && settings[secret as keyof typeof settings].isSecret;
}

async function readText(path: string, isRequired: boolean): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (!isRequired && (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new ConfigError([`The configuration file ${path} cannot be read: ${(error as Error).message}`]);
  }
}

async function parseMap(path: string, text: string): Promise<[string, unknown][]> {
  const { parseDocument } = await import('yaml');
  // Messages of the parser quote the file, which can contain secrets, so only their first line is used.
  const document = parseDocument(text, { stringKeys: true, intAsBigInt: true });
  if (document.errors.length > 0) {
    throw new ConfigError(document.errors.map(({ message }) => `${path}: ${message.split(/:?\n/, 1)[0]}`));
  }
  const content = toValue(path, document);
  if (content === null) return [];
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new ConfigError([`${path} must be a map from settings to values, such as "PORT: 4000"`]);
  }
  return Object.entries(content);
}

/** @throws ConfigError if an alias has no anchor, or if aliases multiply beyond 100 (a "billion laughs" file). */
function toValue(path: string, document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new ConfigError([`${path}: ${error.message}`]);
  }
}

/**
 * Converts a YAML value to the text of an environment variable. `''` for an entry without a value, null for a value
 * that no setting can have, such as a map.
 */
function toText(value: unknown): string | null {
  if (value === null) return '';
  if (Array.isArray(value)) {
    const texts = value.map(toText);
    return value.some(Array.isArray) || texts.includes(null) ? null : texts.join(',');
  }
  return ['string', 'number', 'boolean', 'bigint'].includes(typeof value) ? String(value) : null;
}
