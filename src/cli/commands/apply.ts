import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type Command, Option } from '@commander-js/extra-typings';
import { type Declaration, parseDeclaration } from '../apply/declaration.ts';
import { type Executed, prepareChanges } from '../apply/execute.ts';
import { type Change, createPlan, type PlanOptions } from '../apply/plan.ts';
import { readState } from '../apply/read-state.ts';
import { paint } from '../colors.ts';
import { exitCodes, SilentExit, UsageError } from '../exit-codes.ts';
import type { Session } from '../session.ts';

export function addApply(program: Command, session: Session): void {
  program
    .command('apply')
    .description('Make endpoints, keys and redaction as a file declares them. Running it again changes nothing.')
    .addOption(createFileOption())
    .addOption(createPruneOption())
    .addOption(createSecretsOption())
    .action(async ({ file, prune = false, setSecrets = false }) => {
      const declaration = await readDeclaration(file);
      const client = session.connect();
      const state = await readState(client, declaration);
      const prepared = prepareChanges(createPlan(declaration, state, { prune, setSecrets }));
      for (const { change, execute } of prepared) {
        const executed = await execute(client);
        session.print(describeAsJson(change, executed), describeChange(change, executed));
      }
      session.inform(summarize(prepared.map(({ change }) => change)));
    });
  program
    .command('diff')
    .description('Show what apply would change. Exits with 5 if there is any change.')
    .addOption(createFileOption())
    .addOption(createPruneOption())
    .addOption(createSecretsOption())
    .action(async ({ file, prune = false, setSecrets = false }) => {
      const changes = await planChanges(session, file, { prune, setSecrets });
      for (const change of changes) session.print(describeAsJson(change, {}), describeChange(change, {}));
      session.inform(summarize(changes));
      if (changes.length > 0) throw new SilentExit(exitCodes.different);
    });
}

async function planChanges(session: Session, file: string, options: PlanOptions): Promise<Change[]> {
  const declaration = await readDeclaration(file);
  return createPlan(declaration, await readState(session.connect(), declaration), options);
}

function createFileOption() {
  return new Option(
    '-f, --file <path>',
    'the declaration, such as webhooks.yaml; - for standard input',
  ).makeOptionMandatory();
}

function createPruneOption() {
  return new Option('--prune', 'also delete endpoints and revoke keys that the file does not declare');
}

function createSecretsOption() {
  return new Option(
    '--set-secrets',
    'also write secret header values again, because they cannot be read to compare them',
  );
}

async function readDeclaration(file: string): Promise<Declaration> {
  if (file === '-') return parseDeclaration(await text(process.stdin), 'standard input');
  try {
    return parseDeclaration(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`--file: ${(error as Error).message}`, { cause: error });
  }
}

/** Describes a change of the plan and its result as `--json` prints them. Omits declared values that may be secret. */
function describeAsJson(change: Change, executed: Executed): unknown {
  const { action, kind, name } = change;
  return {
    action,
    kind,
    name,
    ...('id' in change && { id: change.id }),
    fields: 'fields' in change ? change.fields : [],
    ...executed,
  };
}

const signs = { create: ['+', 'green'], update: ['~', 'yellow'], delete: ['-', 'red'] } as const;

function describeChange(change: Change, { id, secret }: Executed): string {
  const [sign, color] = signs[change.action];
  const name = change.kind === 'redaction' ? '' : `${change.name}${id ? `  ${id}` : ''}`;
  const title = `${paint(color, sign)} ${change.kind.padEnd(9)} ${name}`.trimEnd();
  const fields = 'fields' in change ? change.fields : [];
  return [
    title,
    ...fields.map(({ field, from, to }) => `    ${field}: ${describeValues(from, to)}`),
    ...(secret ? [`    secret, shown only now: ${secret}`] : []),
  ].join('\n');
}

/** Describes a changed value. For a list of more than 10 entries, names only the added and removed ones. */
function describeValues(from: unknown, to: unknown): string {
  const isLong = Array.isArray(from) && Array.isArray(to) && Math.max(from.length, to.length) > 10;
  if (!isLong) return `${JSON.stringify(from)} -> ${JSON.stringify(to)}`;
  const added = to.filter(each => !from.includes(each));
  const removed = from.filter(each => !to.includes(each));
  const parts = [
    ...(added.length > 0 ? [`adds ${added.join(', ')}`] : []),
    ...(removed.length > 0 ? [`removes ${removed.join(', ')}`] : []),
  ];
  return parts.length > 0 ? parts.join('; ') : 'another order';
}

function summarize(changes: readonly Change[]): string {
  const count = (action: Change['action']) => changes.filter(each => each.action === action).length;
  if (changes.length === 0) return 'Nothing to change.';
  return `${count('create')} to create, ${count('update')} to update, ${count('delete')} to delete.`;
}
