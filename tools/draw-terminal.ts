import { readFileSync } from 'node:fs';
import { readArguments } from './read-arguments.ts';

readArguments('node tools/draw-terminal.ts < TERMINAL > IMAGE.svg\n\nDraws what a terminal showed as an SVG.');

/**
 * Draws the output of a terminal as an SVG for the README: `FORCE_COLOR=1 npm run -s demo | head -n 40 | node
 * tools/draw-terminal.ts > docs/demo.svg`
 */
const lineHeight = 18;
const characterWidth = 7.8;
const margin = 18;
const colours: Record<string, string> = {
  '31': '#ff7b72',
  '32': '#7ee787',
  '33': '#e3b341',
  '36': '#76e3ea',
  '90': '#8b949e',
};

const lines = readFileSync(0, 'utf8').trimEnd().split('\n');
const columns = Math.max(...lines.map(line => stripColours(line).length));
const width = Math.ceil(columns * characterWidth) + 2 * margin;
const height = lines.length * lineHeight + 2 * margin;
const text = lines.map((line, index) => drawLine(line, margin + (index + 0.8) * lineHeight)).join('\n');
process.stdout.write(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"
  font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" fill="#e6edf3">
<title>The terminal of npm run demo: deliveries moving from PENDING to SUCCEEDED, RETRYING and FAILED</title>
<rect width="${width}" height="${height}" rx="10" fill="#0d1117"/>
${text}
</svg>
`);

function drawLine(line: string, y: number): string {
  let spans = '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a colour.
  for (const part of line.split(/(?=\u001b\[)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a colour.
    const [, code = '', shown = part] = /^\u001b\[(\d+)m(.*)$/s.exec(part) ?? [];
    const colour = colours[code];
    spans += colour ? `<tspan fill="${colour}">${escapeXml(shown)}</tspan>` : escapeXml(shown);
  }
  return `<text x="${margin}" y="${y.toFixed(1)}">${spans}</text>`;
}

function stripColours(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a colour.
  return line.replace(/\u001b\[\d+m/g, '');
}

function escapeXml(plain: string): string {
  // Uses non-breaking spaces, because not every viewer supports xml:space.
  return plain.replaceAll(' ', '\u00a0').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
