import { readFileSync } from 'node:fs';

/** Reads the names in the table of settings in the README. */
export function readSettingNames(): Set<string> {
  const section = readFileSync('README.md', 'utf8').split('\n## Configuration\n')[1] ?? '';
  const cells =
    section
      .split('\n## ')[0]
      ?.split('\n')
      .filter(line => line.startsWith('| `')) ?? [];
  return new Set(
    cells.flatMap(row => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name)),
  );
}
