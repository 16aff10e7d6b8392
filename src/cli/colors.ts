import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** Adds a style to a text if standard output is a terminal and `NO_COLOR` is not set. Otherwise returns the text. */
export function paint(style: Style, text: string): string {
  const isPlain = !process.stdout.isTTY || Boolean(process.env.NO_COLOR);
  return isPlain ? text : styleText(style, text);
}

const statusStyles: Readonly<Record<string, Style>> = {
  PENDING: 'gray',
  PROCESSING: 'cyan',
  RETRYING: 'yellow',
  SUCCEEDED: 'green',
  FAILED: 'red',
};

/** Formats the status of a delivery in its color, padded to the width of a column. */
export function formatStatus(status: string): string {
  return paint(statusStyles[status] ?? 'white', status.padEnd(10));
}
