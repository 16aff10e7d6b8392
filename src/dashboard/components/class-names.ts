/** Joins the class names that apply: what is false, null, undefined or '' is left out. */
export function classNames(...names: readonly (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}
