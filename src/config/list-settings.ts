import type { ReadSettings } from './read-settings.ts';
import { type SettingName, settings, settingsSchema } from './settings.ts';

/** A setting with the value that the server uses. */
export interface ListedSetting {
  readonly name: SettingName;
  /** The value as the text of an environment variable. Secrets are masked. Null if it is unset. */
  readonly text: string | null;
  /** The value as a number, a boolean or a list, if the setting has that type. */
  readonly value: string | number | boolean | readonly (string | number)[] | null;
  /** The source of the value, such as `environment: PORT`, `livehook.yaml: PORT` or `default`. */
  readonly source: string;
}

const mask = '********';

/** All settings, in the order of the documentation. */
export function listSettings({ texts, sources }: ReadSettings): ListedSetting[] {
  return (Object.keys(settings) as SettingName[]).map(name => {
    const { isSecret, default: byDefault } = settings[name];
    const given = texts[name] ?? byDefault;
    const text = given !== null && isSecret ? maskSecret(name, given) : given;
    const { kind, name: sourceName } = sources.get(name) ?? { kind: 'default', name: null };
    const source = kind === 'environment' ? `environment: ${sourceName}` : (sourceName ?? 'default');
    return { name, text: text === '' ? null : text, value: isSecret ? text : toValue(name, given), source };
  });
}

/** Masks a secret: the user, the password and secret parameters of a URL, and the whole text of anything else. */
function maskSecret(name: SettingName, text: string): string {
  const [, scheme, user = '', rest = ''] = /_(?:URL|PROXY)$/.test(name)
    ? (/^([a-z+]+:\/\/)(.*@)?(.*)$/i.exec(text) ?? [])
    : [];
  if (scheme === undefined) return mask;
  const masked = rest.replace(/([?&][^=&]*(?:password|secret|token|key)[^=&]*=)[^&]*/gi, `$1${mask}`);
  return scheme + (user && `${mask}@`) + masked;
}

function toValue(name: SettingName, text: string | null): ListedSetting['value'] {
  if (text === null) return null;
  const value: unknown = settingsSchema.shape[name].parse(text);
  // TRUST_PROXY is parsed to an object, `{ hops }`, or to a list of CIDRs. The object is shown as its text.
  return typeof value === 'object' && !Array.isArray(value) ? text : (value as ListedSetting['value']);
}
