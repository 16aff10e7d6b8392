import { type SettingName, settings } from './settings.ts';

/** The setting whose name is most similar to `name`, and the number of letters that differ. */
export function findNearestSetting(name: string): { readonly name: SettingName; readonly distance: number } {
  const candidates = (Object.keys(settings) as SettingName[]).map(each => ({
    name: each,
    distance: countEdits(name.toUpperCase(), each),
  }));
  return candidates.reduce((best, each) => (each.distance < best.distance ? each : best));
}

/** The Levenshtein distance: the number of letters that have to be inserted, removed or replaced. */
function countEdits(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (previous[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
      row.push(Math.min((previous[j] as number) + 1, (row[j - 1] as number) + 1, replaced));
    }
    previous = row;
  }
  return previous[to.length] as number;
}
