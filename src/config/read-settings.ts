import { readFile } from 'node:fs/promises';
import { ConfigError } from './config-error.ts';
import { type SettingName, settings } from './settings.ts';
import { type FileSettings, readSettingsFile } from './settings-file.ts';

/** The source of the value of a setting. */
export interface SettingSource {
  readonly kind: 'environment' | 'file' | 'default';
  /** The variable, such as `ROOT_API_KEY_FILE`, or the file and its key. Null for a default. */
  readonly name: string | null;
}

/** The text and the source of each setting that is set, by the name of the setting. */
export interface ReadSettings {
  readonly texts: Readonly<Record<string, string>>;
  readonly sources: ReadonlyMap<SettingName, SettingSource>;
}

export interface ReadSettingsOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The path of a configuration file. Null: `livehook.yaml` in the current directory, if it exists. */
  readonly file?: string | null | undefined;
  /** Defaults that replace the documented ones. */
  readonly defaults?: Readonly<Partial<Record<SettingName, string>>>;
}

type Found = { readonly text: string; readonly source: SettingSource };

/**
 * Reads the settings from the environment, then from the configuration file, then from the defaults. The first source
 * that has a setting applies. The secret `NAME` can also be read from the file that `NAME_FILE` names, without the line
 * breaks at its end. An empty value means unset.
 *
 * @throws ConfigError with every problem: unreadable files, unknown settings, and secrets that are given twice.
 */
export async function readSettings({
  environment,
  file = null,
  defaults = {},
}: ReadSettingsOptions): Promise<ReadSettings> {
  const fileSettings = await readSettingsFile(file);
  const problems = [...fileSettings.problems];
  const texts: Record<string, string> = {};
  const sources = new Map<SettingName, SettingSource>();
  for (const name of Object.keys(settings) as SettingName[]) {
    const found = await findSetting(name, environment, fileSettings, problems);
    const text = found?.text ?? defaults[name];
    if (text !== undefined) texts[name] = text;
    sources.set(name, found?.source ?? { kind: 'default', name: null });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { texts, sources };
}

async function findSetting(
  name: SettingName,
  environment: Readonly<Record<string, string | undefined>>,
  { path, entries }: FileSettings,
  problems: string[],
): Promise<Found | null> {
  const readVariable = (key: string) => environment[key] || undefined;
  const readEntry = (key: string) => entries.get(key);
  const readers = [
    { kind: 'environment', read: readVariable, describe: (key: string) => key },
    { kind: 'file', read: readEntry, describe: (key: string) => `${path}: ${key}` },
  ] as const;
  for (const { kind, read, describe } of readers) {
    const text = read(name);
    const secretFile = settings[name].isSecret ? read(`${name}_FILE`) : undefined;
    if (text !== undefined && secretFile !== undefined) {
      problems.push(`${describe(name)} and ${name}_FILE are both set: set one of them`);
      return null;
    }
    if (text !== undefined) return { text, source: { kind, name: describe(name) } };
    if (secretFile !== undefined) {
      const source = { kind, name: describe(`${name}_FILE`) };
      try {
        return { text: await readSecret(secretFile), source };
      } catch (error) {
        problems.push(`${source.name}: ${(error as Error).message}`);
        return null;
      }
    }
  }
  return null;
}

/** The content of a file without the line breaks at its end. @throws Error if it cannot be read, or is empty. */
async function readSecret(path: string): Promise<string> {
  const text = (await readFile(path, 'utf8')).replace(/[\r\n]+$/, '');
  if (text === '') throw new Error(`the file ${path} is empty`);
  return text;
}
