import type { Command } from '@commander-js/extra-typings';
import { ConfigError } from '../../config/config-error.ts';
import { listSettings } from '../../config/list-settings.ts';
import { readSettings } from '../../config/read-settings.ts';
import { findMisspeltSettings, loadConfig } from '../../config.ts';
import { configOption } from '../config-option.ts';
import { UsageError } from '../exit-codes.ts';
import type { Session } from '../session.ts';

/** Adds `livehook config`, which shows every setting as `livehook start` would use it. */
export function addConfig(program: Command, session: Session): void {
  program
    .command('config')
    .description('Show the configuration of the server: each setting, where it comes from, and secrets masked.')
    .option(...configOption)
    .action(async ({ config: file }) => {
      const listed = await readSettings({ environment: process.env, file })
        .then(read => {
          loadConfig(read.texts);
          return listSettings(read);
        })
        .catch((error: unknown) => {
          throw error instanceof ConfigError ? new UsageError(error.message) : error;
        });
      for (const { name, suggestion } of findMisspeltSettings(process.env)) {
        session.inform(`${name} is not a setting of Livehook and has no effect. Did you mean ${suggestion}?`);
      }
      const width = Math.max(...listed.map(({ name }) => name.length));
      const lines = listed.map(({ name, text, source }) => `${name.padEnd(width)}  ${text ?? '(unset)'}  # ${source}`);
      const values = listed.map(({ name, value, source }) => [name, { value, source }]);
      session.print(Object.fromEntries(values), lines.join('\n'));
    });
}
