/**
 * Reads the arguments of a tool that takes no options. `--help` prints the usage and ends the process. An option or too
 * many arguments end it with the exit code 2.
 *
 * @param usage the command and its purpose, for example `node tools/release.ts VERSION`.
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
