import { type Command, Option } from '@commander-js/extra-typings';
import {
  type ApiKeyFieldsFragment,
  CreateApiKeyDocument,
  ListApiKeysDocument,
  RenameApiKeyDocument,
  RevokeApiKeyDocument,
} from '../generated/graphql.ts';
import { createPermissionOption } from '../permission-option.ts';
import { type Session, takeResult } from '../session.ts';
import { readFutureTime } from '../time-options.ts';

export function addKeys(program: Command, session: Session): void {
  const keys = program.command('keys').description('List, create, rename and revoke API keys.');
  keys
    .command('list')
    .description('List the API keys, the newest first.')
    .option('--all', 'also revoked keys')
    .action(async ({ all }) => {
      const { apiKeys } = await session.connect().request(ListApiKeysDocument, {});
      for (const key of apiKeys) if (all || key.revokedAt === null) printKey(session, key);
    });
  addCreate(keys, session);
  keys
    .command('rename')
    .description('Rename an API key.')
    .argument('<id>', 'key_...')
    .argument('<name>', 'the new name')
    .action(async (id, name) => {
      const { outcome } = await session.connect().request(RenameApiKeyDocument, { id, name });
      printKey(session, takeResult(outcome) as ApiKeyFieldsFragment);
    });
  keys
    .command('revoke')
    .description('Revoke an API key for good. Its requests are refused within seconds.')
    .argument('<id>', 'key_...')
    .option('--children', 'also revoke the keys that it created, directly or through other keys')
    .action(async (id, { children = false }) => {
      const { outcome } = await session.connect().request(RevokeApiKeyDocument, { id, revokeChildren: children });
      printKey(session, takeResult(outcome) as ApiKeyFieldsFragment);
    });
}

function addCreate(keys: Command, session: Session): void {
  keys
    .command('create')
    .description('Create an API key and print its secret once.')
    .argument('<name>', 'the name to show for the key, such as Checkout')
    .addOption(createPermissionOption().makeOptionMandatory())
    .addOption(new Option('--expires <time>', 'an ISO time, or a duration such as 90d. Default: never'))
    .action(async (name, { permission: permissions, expires }) => {
      const expiresAt = expires === undefined ? null : readFutureTime('--expires', expires);
      const input = { name, permissions, ...(expiresAt !== null && { expiresAt }) };
      const { outcome } = await session.connect().request(CreateApiKeyDocument, { input });
      const { apiKey, secret } = takeResult(outcome) as {
        readonly apiKey: ApiKeyFieldsFragment;
        readonly secret: string;
      };
      session.print({ apiKey, secret }, `${describeKey(apiKey)}\nSecret: ${secret}`);
    });
}

function printKey(session: Session, key: ApiKeyFieldsFragment): void {
  session.print(key, describeKey(key));
}

function describeKey({ id, name, prefix, permissions, expiresAt, lastUsedAt, revokedAt }: ApiKeyFieldsFragment) {
  const state = revokedAt ? `revoked ${revokedAt}` : expiresAt ? `expires ${expiresAt}` : '';
  const used = lastUsedAt ? `used ${lastUsedAt}` : 'never used';
  return [id, `${prefix}...`, name.padEnd(20), permissions.join(','), used, state].join('  ').trimEnd();
}
