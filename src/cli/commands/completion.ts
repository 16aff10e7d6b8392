import { Argument, type Command } from '@commander-js/extra-typings';
import { completeWords, completionScripts, shells } from '../completion.ts';

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('Print a script that completes commands in a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .addHelpText(
      'after',
      `
Examples:
  bash  eval "$(livehook completion bash)"           in ~/.bashrc
  zsh   eval "$(livehook completion zsh)"            in ~/.zshrc, after compinit
  fish  livehook completion fish | source            in ~/.config/fish/config.fish`,
    )
    .action(shell => console.log(completionScripts[shell]));
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(words => {
      for (const word of completeWords(program, words)) console.log(word);
    });
}
