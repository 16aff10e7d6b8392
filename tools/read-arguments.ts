/**
 * The arguments of a tool that takes no options. Prints the usage and ends the process for `--help`, and with the exit code
 * 2 for an option or for too many arguments.
 *
 * @param usage such as `node tools/release.ts VERSION`, and what the tool does.
 */
export function readArguments(usage: string, { min = 0, max = 0 } = {}): string[] {
  const args = process.argv.slice(2);
  const isHelp = args.includes('--help') || args.includes('-h');
  const wrong = args.find(each => each.startsWith('-')) ?? args[max];
  if (!isHelp && wrong === undefined && args.length >= min) return args;
  if (!isHelp) console.error(wrong === undefined ? 'An argument is missing.' : `Unknown argument "${wrong}".`);
  console[isHelp ? 'log' : 'error'](`Usage: ${usage}`);
  process.exit(isHelp ? 0 : 2);
}
