import { type Command, Option } from '@commander-js/extra-typings';
import { ConfigError } from '../../config/config-error.ts';
import { readSettings } from '../../config/read-settings.ts';
import { loadConfig } from '../../config.ts';
import { paint } from '../colors.ts';
import { configOption } from '../config-option.ts';
import type { Finding } from '../doctor/finding.ts';
import { exitCodes, SilentExit, UsageError } from '../exit-codes.ts';
import type { Session } from '../session.ts';

const colors = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

export function addDoctor(program: Command, session: Session): void {
  program
    .command('doctor')
    .description(
      'Check what a server with this configuration needs, and a running server. Exits with 1 if a check fails.',
    )
    .addOption(new Option('--egress-url <url>', 'a URL that the sender has to reach').default('https://example.com/'))
    .option(...configOption)
    .action(async ({ egressUrl, config: file }) => {
      if (!URL.canParse(egressUrl)) throw new UsageError(`--egress-url must be a URL; got "${egressUrl}"`);
      const findings: Finding[] = [];
      for await (const finding of runChecks(session, new URL(egressUrl), file)) {
        findings.push(finding);
        session.print(finding, describe(finding));
      }
      if (findings.some(({ level }) => level === 'fail')) throw new SilentExit(exitCodes.refused);
    });
}

async function* runChecks(session: Session, egressUrl: URL, file: string | undefined): AsyncGenerator<Finding> {
  const machine = await import('../doctor/check-machine.ts');
  const { checkDatabase } = await import('../doctor/check-database.ts');
  const { checkRedis } = await import('../doctor/check-redis.ts');
  const { checkServer } = await import('../doctor/check-server.ts');
  yield machine.checkNode();
  try {
    const config = loadConfig((await readSettings({ environment: process.env, file })).texts);
    yield { name: 'configuration', level: 'ok', text: 'every setting is valid' };
    yield machine.checkSecrets(config);
    yield* await checkDatabase(config);
    yield* await checkRedis(config);
    yield await machine.checkDisk(config);
    yield* await machine.checkEgress(config, egressUrl);
    yield await checkServer(session.isDefaultUrl() ? `http://127.0.0.1:${config.server.port}` : session.url());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const text of error.message.split('\n')) {
      yield { name: 'configuration', level: 'fail', text, advice: 'Correct this setting. The README lists them all.' };
    }
  }
}

function describe({ name, level, text, advice }: Finding): string {
  const line = `${paint(colors[level], level.padEnd(4))}  ${name.padEnd(14)}  ${text}`;
  return advice === undefined ? line : `${line}\n      ${advice}`;
}
