import type { Argument, Command, Option } from '@commander-js/extra-typings';

/** Returns the commands, options or option values that begin with the last of `words`, which may be empty. */
export function completeWords(program: Command, words: readonly string[]): string[] {
  const typed = words.slice(0, -1);
  const prefix = words.at(-1) ?? '';
  const { command, openOption, argumentCount } = follow(program, typed);
  const offered = openOption?.argChoices ?? (openOption?.required ? [] : listNext(command, prefix, argumentCount));
  return offered.filter(each => each.startsWith(prefix));
}

interface Position {
  readonly command: Command;
  /** The option that expects the next word as its value. */
  readonly openOption: Option | undefined;
  readonly argumentCount: number;
}

function follow(program: Command, words: readonly string[]): Position {
  let command = program;
  let openOption: Option | undefined;
  let argumentCount = 0;
  for (const word of words) {
    if (word.startsWith('-')) {
      const option = [...listOptions(command), ...listOptions(program)].find(
        ({ long, short }) => long === word || short === word,
      );
      openOption = option && (option.required || option.optional) ? option : undefined;
    } else if (openOption) {
      openOption = undefined;
    } else {
      const next = listCommands(command).find(each => each.name() === word);
      if (next) command = next;
      else argumentCount++;
    }
  }
  return { command, openOption, argumentCount };
}

function listNext(command: Command, prefix: string, argumentCount: number): readonly string[] {
  if (prefix.startsWith('-')) {
    return [...listOptions(command).flatMap(({ long, hidden }) => (long && !hidden ? [long] : [])), '--help'];
  }
  const commands = listCommands(command).map(each => each.name());
  const argument = (command.registeredArguments as readonly Argument[])[argumentCount];
  return [...commands, ...(argument?.argChoices ?? [])];
}

function listOptions(command: Command): readonly Option[] {
  return command.options as unknown as readonly Option[];
}

function listCommands(command: Command): readonly Command[] {
  return command.createHelp().visibleCommands(command as never) as unknown as Command[];
}

export const shells = ['bash', 'zsh', 'fish'] as const;

/** The script that a shell evaluates. At each TAB, the shell then asks `livehook complete` for words. */
export const completionScripts: Readonly<Record<(typeof shells)[number], string>> = {
  bash: `_livehook() {
  mapfile -t COMPREPLY < <(livehook complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _livehook livehook`,
  zsh: `#compdef livehook
_livehook() {
  local -a offered
  offered=("\${(@f)$(livehook complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$offered" ]]; then compadd -a offered; else _files; fi
}
compdef _livehook livehook`,
  fish: `complete -c livehook -f -a '(livehook complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'`,
};
