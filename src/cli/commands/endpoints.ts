import { type Command, Option } from '@commander-js/extra-typings';
import {
  CreateEndpointDocument,
  DeleteEndpointDocument,
  type EndpointFieldsFragment,
  ListEndpointsDocument,
  type ListEndpointsQuery,
  RotateEndpointSecretDocument,
  SendTestEventDocument,
  UpdateEndpointDocument,
  type UpdateEndpointInput,
} from '../generated/graphql.ts';
import { type Session, takeResult } from '../session.ts';
import { readCount } from './deliveries.ts';

export function addEndpoints(program: Command, session: Session): void {
  const endpoints = program.command('endpoints').description('List, create and change endpoints.');
  addList(endpoints, session);
  addCreate(endpoints, session);
  addChanges(endpoints, session);
  endpoints
    .command('rotate-secret')
    .description(
      'Give an endpoint a new secret and print it once. Until the overlap ends, requests are signed with both secrets.',
    )
    .argument('<id>', 'ep_...')
    .addOption(new Option('--overlap <seconds>', 'default: 24 hours').argParser(readCount))
    .action(async (id, { overlap }) => {
      const { outcome } = await session
        .connect()
        .request(RotateEndpointSecretDocument, { id, overlapSeconds: overlap ?? null });
      const { secret } = takeResult(outcome) as { readonly secret: string };
      session.print({ id, secret }, secret);
    });
  endpoints
    .command('test')
    .description('Send a test event to an endpoint: one attempt, no retry.')
    .argument('<id>', 'ep_...')
    .option('-t, --type <type>', 'the event type. Default: webhook.test')
    .action(async (id, { type = null }) => {
      const { outcome } = await session.connect().request(SendTestEventDocument, { endpointId: id, type });
      const delivery = takeResult(outcome) as { readonly id: string };
      session.print(delivery, delivery.id);
    });
}

function addList(endpoints: Command, session: Session): void {
  endpoints
    .command('list')
    .description('List all endpoints that are not deleted.')
    .action(async () => {
      const client = session.connect();
      for (let after: string | null = null; ; ) {
        const result: ListEndpointsQuery = await client.request(ListEndpointsDocument, { first: 100, after });
        const page = result.endpoints;
        for (const endpoint of page.nodes) if (endpoint.deletedAt === null) printEndpoint(session, endpoint);
        if (!page.pageInfo.hasNextPage) return;
        after = page.pageInfo.endCursor ?? null;
      }
    });
}

function addCreate(endpoints: Command, session: Session): void {
  endpoints
    .command('create')
    .description('Create an endpoint and print its secret once.')
    .argument('<url>', 'where events are sent')
    .requiredOption('--name <name>', 'the name to show for the endpoint')
    .option('-t, --type <type...>', 'only these event types, such as license.*. Default: all')
    .action(async (url, { name, type }) => {
      const input = { url, name, ...(type && { eventTypes: type }) };
      const { outcome } = await session.connect().request(CreateEndpointDocument, { input });
      const created = takeResult(outcome) as { readonly endpoint: EndpointFieldsFragment; readonly secret: string };
      const { endpoint, secret } = created;
      session.print({ endpoint, secret }, `${describeEndpoint(endpoint)}\nSecret: ${secret}`);
    });
}

function addChanges(endpoints: Command, session: Session): void {
  const update = async (id: string, input: UpdateEndpointInput) => {
    const { outcome } = await session.connect().request(UpdateEndpointDocument, { id, input });
    printEndpoint(session, takeResult(outcome) as EndpointFieldsFragment);
  };
  endpoints
    .command('update')
    .description('Change an endpoint. The change applies to every request that has not started.')
    .argument('<id>', 'ep_...')
    .option('--url <url>', 'where events are sent')
    .option('--name <name>', 'the name to show for the endpoint')
    .option('-t, --type <type...>', 'only these event types')
    .action((id, { url, name, type }) =>
      update(id, { ...(url && { url }), ...(name && { name }), ...(type && { eventTypes: type }) }),
    );
  const statuses = [
    ['enable', 'Send new and waiting deliveries again.', 'ENABLED'],
    ['pause', 'Let deliveries wait until the endpoint is enabled.', 'PAUSED'],
    ['disable', 'Create no new deliveries. Unfinished deliveries wait.', 'DISABLED'],
  ] as const;
  for (const [name, description, status] of statuses) {
    endpoints
      .command(name)
      .description(description)
      .argument('<id>', 'ep_...')
      .action(id => update(id, { status }));
  }
  endpoints
    .command('delete')
    .description('Delete an endpoint. Its unfinished deliveries fail; its history stays.')
    .argument('<id>', 'ep_...')
    .action(async id => {
      const { outcome } = await session.connect().request(DeleteEndpointDocument, { id });
      printEndpoint(session, takeResult(outcome) as EndpointFieldsFragment);
    });
}

function printEndpoint(session: Session, endpoint: EndpointFieldsFragment): void {
  session.print(endpoint, describeEndpoint(endpoint));
}

function describeEndpoint({ id, status, name, url, eventTypes }: EndpointFieldsFragment): string {
  return `${id}  ${status.padEnd(8)}  ${name.padEnd(20)}  ${url}  ${eventTypes.length > 0 ? eventTypes.join(', ') : 'all types'}`;
}
