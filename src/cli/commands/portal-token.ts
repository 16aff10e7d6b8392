import { type Command, Option } from '@commander-js/extra-typings';
import { UsageError } from '../exit-codes.ts';
import { collect } from '../filter-options.ts';
import {
  CreatePortalTokenDocument,
  ListPortalTokensDocument,
  type ListPortalTokensQuery,
  type Permission,
  type PortalTokenFieldsFragment,
  RevokePortalTokenDocument,
} from '../generated/graphql.ts';
import { createPermissionOption } from '../permission-option.ts';
import { type Session, takeResult } from '../session.ts';
import { readCount } from './deliveries.ts';

const defaultPermissions: Permission[] = ['DELIVERIES_READ', 'ENDPOINTS_READ'];

export function addPortalToken(program: Command, session: Session): void {
  const portalToken = program
    .command('portal-token')
    .description("Create, list and revoke the tokens of a customer's portal.");
  addCreate(portalToken, session);
  portalToken
    .command('list')
    .description('List the portal tokens, the newest first.')
    .action(async () => {
      const client = session.connect();
      for (let after: string | null = null; ; ) {
        const result: ListPortalTokensQuery = await client.request(ListPortalTokensDocument, { first: 100, after });
        for (const token of result.portalTokens.nodes) printToken(session, token);
        if (!result.portalTokens.pageInfo.hasNextPage) return;
        after = result.portalTokens.pageInfo.endCursor ?? null;
      }
    });
  portalToken
    .command('revoke')
    .description('Revoke a portal token. Its requests are refused within seconds.')
    .argument('<id>', 'ptk_...')
    .action(async id => {
      const { outcome } = await session.connect().request(RevokePortalTokenDocument, { id });
      printToken(session, takeResult(outcome) as PortalTokenFieldsFragment);
    });
}

function addCreate(portalToken: Command, session: Session): void {
  portalToken
    .command('create', { isDefault: true })
    .description('Create a portal token, and print it once with the link that opens the portal.')
    .addOption(new Option('-e, --endpoint <id...>', 'the only endpoints that the token can see').argParser(collect))
    .addOption(createPermissionOption(defaultPermissions))
    .addOption(new Option('--expires-in <seconds>', '60 to 86400. Default: 3600').argParser(readCount))
    .addOption(
      new Option(
        '--max-endpoints <count>',
        'let the holder create endpoints until the token has this number of endpoints. Needs ENDPOINTS_MANAGE. Default: none',
      ).argParser(readCount),
    )
    .addOption(
      new Option(
        '-t, --type <type...>',
        'event types, such as license.*, that the holder may subscribe endpoints to, besides those that they have',
      ).argParser(collect),
    )
    .action(async ({ endpoint: endpointIds = [], permission, expiresIn, maxEndpoints, type }) => {
      if (endpointIds.length === 0 && maxEndpoints === undefined) {
        throw new UsageError('Give at least one --endpoint, or --max-endpoints for a customer without endpoints.');
      }
      const input = {
        endpointIds,
        permissions: permission ?? defaultPermissions,
        ...(expiresIn !== undefined && { expiresInSeconds: expiresIn }),
        ...(maxEndpoints !== undefined && { maxEndpoints }),
        ...(type && { eventTypes: type }),
      };
      const { outcome } = await session.connect().request(CreatePortalTokenDocument, { input });
      const { portalToken: created, token } = takeResult(outcome) as {
        readonly portalToken: PortalTokenFieldsFragment;
        readonly token: string;
      };
      const url = `${session.url()}/#token=${token}`;
      session.print({ portalToken: created, token, url }, `${describeToken(created)}\nToken: ${token}\nLink:  ${url}`);
    });
}

function printToken(session: Session, token: PortalTokenFieldsFragment): void {
  session.print(token, describeToken(token));
}

function describeToken(token: PortalTokenFieldsFragment): string {
  const { id, endpointIds, permissions, expiresAt, revokedAt, maxEndpoints } = token;
  const endpoints = [...endpointIds, ...(maxEndpoints === null ? [] : [`at most ${maxEndpoints}`])].join(',');
  const state = revokedAt ? `revoked ${revokedAt}` : `expires ${expiresAt}`;
  return [id, endpoints, permissions.join(','), state].join('  ');
}
