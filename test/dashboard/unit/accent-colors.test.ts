import { expect, it } from 'vitest';
import { accentColors, contrast } from '../../../src/dashboard/accent-colors.ts';

const surface = ['#ffffff', '#13141a'] as const;

function colorsOf(accent: string, name: string): string[] {
  return accentColors(accent)[name]?.match(/#[0-9a-f]{6}/g) ?? [];
}

it.each(['#000000', '#ffffff', '#ffff00', '#00aa55', '#4f46e5', '#ff0000', '#7f7f7f', '#0b1020'])(
  'the accent color %s leaves all text readable in the light and the dark theme',
  accent => {
    const selected = colorsOf(accent, '--surface-selected');
    for (const theme of [0, 1] as const) {
      for (const name of ['--accent', '--accent-hover']) {
        expect(contrast(colorsOf(accent, name)[theme] ?? '', '#ffffff'), name).toBeGreaterThanOrEqual(4.5);
      }
      for (const ground of [surface[theme], selected[theme] ?? '']) {
        expect(contrast(colorsOf(accent, '--accent-text')[theme] ?? '', ground)).toBeGreaterThanOrEqual(4.5);
      }
    }
  },
);

it('an accent color that is readable is used unchanged', () => {
  expect(colorsOf('#4f46e5', '--accent')).toEqual(['#4f46e5', '#4f46e5']);
});
