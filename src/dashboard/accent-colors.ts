type Rgb = readonly [red: number, green: number, blue: number];

/**
 * The least contrast ratio between text and background: 4.5 by WCAG 2.2 (success criterion 1.4.3), and a little more
 * for rounding.
 */
const textContrast = 4.6;
const black: Rgb = [0, 0, 0];
const white: Rgb = [255, 255, 255];
/** The values of the custom property `--surface` in tokens.css. */
const surfaces = { light: white, dark: [0x13, 0x14, 0x1a] } as const;
const selectedShare = { light: 0.09, dark: 0.16 } as const;

/**
 * Returns the custom properties of tokens.css for an accent color, each as `light-dark(...)`. A color on which text
 * would not be readable is made darker or lighter, by no more than the contrast needs.
 * @param accent `#rrggbb`.
 */
export function accentColors(accent: string): Readonly<Record<string, string>> {
  const own = parse(accent);
  const button = shade(own, black, [white]);
  const selected = (theme: 'light' | 'dark') => mix(surfaces[theme], own, selectedShare[theme]);
  const text = (theme: 'light' | 'dark') =>
    shade(own, theme === 'light' ? black : white, [surfaces[theme], selected(theme)]);
  const pair = (light: Rgb, dark: Rgb) => `light-dark(${format(light)}, ${format(dark)})`;
  return {
    '--accent': pair(button, button),
    '--accent-hover': pair(mix(button, black, 0.14), mix(button, black, 0.14)),
    '--accent-text': pair(text('light'), text('dark')),
    '--focus': pair(text('light'), text('dark')),
    '--surface-selected': pair(selected('light'), selected('dark')),
  };
}

/** The contrast ratio of two colors by WCAG, from 1 (equal) to 21 (black and white). */
export function contrast(one: string, other: string): number {
  return contrastOf(parse(one), parse(other));
}

/** Mixes `color` with `towards` until it has enough contrast with each of `against`. */
function shade(color: Rgb, towards: Rgb, against: readonly Rgb[]): Rgb {
  for (let share = 0; share < 1; share += 0.04) {
    const mixed = mix(color, towards, share);
    if (against.every(each => contrastOf(mixed, each) >= textContrast)) return mixed;
  }
  return towards;
}

function contrastOf(one: Rgb, other: Rgb): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** The relative luminance of a color, 0 to 1: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map(value => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mix(color: Rgb, other: Rgb, share: number): Rgb {
  const at = (index: 0 | 1 | 2) => Math.round(color[index] * (1 - share) + other[index] * share);
  return [at(0), at(1), at(2)];
}

function parse(hex: string): Rgb {
  const at = (start: number) => Number.parseInt(hex.slice(start, start + 2), 16);
  return [at(1), at(3), at(5)];
}

function format(color: Rgb): string {
  return `#${color.map(value => value.toString(16).padStart(2, '0')).join('')}`;
}
