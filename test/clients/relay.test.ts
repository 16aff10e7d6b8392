import {
  commitMutation,
  createOperationDescriptor,
  Environment,
  fetchQuery,
  type GraphQLTaggedNode,
  getPaginationMetadata,
  getPaginationVariables,
  getRequest,
  getSingularSelector,
  Network,
  Observable,
  type ReaderFragment,
  RecordSource,
  requestSubscription,
  Store,
} from 'relay-runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileRelay } from './compile-relay.ts';
import { relayDocuments } from './relay-documents.ts';
import { createSocketClient, openWaitingDeliveries, type WaitingDeliveries } from './waiting-deliveries.ts';

type Variables = Readonly<Record<string, unknown>>;
type List = {
  readonly deliveries: {
    readonly edges: readonly { readonly node: { readonly id: string } }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};

let artifact: <Artifact>(name: string) => Artifact;
let deliveries: WaitingDeliveries;
const cleanup = new AsyncDisposableStack();
beforeAll(async () => {
  artifact = await compileRelay(relayDocuments);
  deliveries = cleanup.use(await openWaitingDeliveries(45));
});
afterAll(() => cleanup.disposeAsync());

function openEnvironment(): Environment {
  const socket = cleanup.use(createSocketClient(deliveries.api));
  return new Environment({
    network: Network.create(
      async ({ text }, variables) => {
        const { data, errors = [] } = await deliveries.api.send(text ?? '', variables);
        return { data, errors: [...errors] } as never;
      },
      ({ text }, variables) =>
        Observable.create(sink =>
          socket.client.subscribe(
            { query: text ?? '', variables },
            {
              next: result => sink.next(result as never),
              error: error => sink.error(error as Error),
              complete: () => sink.complete(),
            },
          ),
        ),
    ),
    store: new Store(new RecordSource()),
  });
}

/** Loads a list as a component with the fragment does. @returns functions that read its data and load the next page. */
async function openList(environment: Environment, query: string, fragment: string, variables: Variables) {
  const request = artifact<GraphQLTaggedNode>(query);
  await fetchQuery(environment, request as never, variables).toPromise();
  const operation = createOperationDescriptor(getRequest(request), variables);
  cleanup.defer(environment.retain(operation).dispose);
  const node = artifact<ReaderFragment>(fragment);
  const { identifierField, paginationMetadata, paginationRequest } = getPaginationMetadata(node, 'the list');
  const read = () => {
    const root = environment.lookup(operation.fragment).data as Record<string, unknown>;
    const selector = getSingularSelector(node, 'endpoint' in root ? root.endpoint : root);
    if (!selector) throw new Error('the fragment is not there');
    return (environment.lookup(selector).data as unknown as List).deliveries;
  };
  const loadNext = (count: number) => {
    const cursor = read().pageInfo.endCursor;
    const page = getPaginationVariables('forward', count, cursor, variables, {}, paginationMetadata);
    // Relay loads further pages of an object with an id through `node(id:)`.
    const target = identifierField ? { ...page, id: variables.id } : page;
    return fetchQuery(environment, paginationRequest as never, target).toPromise();
  };
  return { read, loadNext };
}

/** The record of a delivery in Relay's store, which all components read. */
function readRecord(environment: Environment, id: string): unknown {
  return environment.getStore().getSource().get(id);
}

describe('Relay', () => {
  it('compiles the pagination of the recipe against the schema', () => {
    expect(artifact<{ kind: string }>('deliveryListPaginationQuery').kind).toBe('Request');
    expect(artifact<{ kind: string }>('deliveryListEndpointPaginationQuery').kind).toBe('Request');
  });

  it.each([
    ['deliveryListQuery', 'deliveryList_query', () => ({ filter: { statuses: ['PENDING', 'FAILED'] } })],
    ['deliveryListEndpointQuery', 'deliveryList_endpoint', () => ({ id: deliveries.endpointId })],
  ])('reads every page with %s and returns each delivery once', async (query, fragment, variables) => {
    const list = await openList(openEnvironment(), query, fragment, variables());
    const lengths = [list.read().edges.length];
    while (list.read().pageInfo.hasNextPage) {
      await list.loadNext(20);
      lengths.push(list.read().edges.length);
    }
    expect(lengths).toEqual([20, 40, 45]);
    expect(list.read().edges.map(edge => edge.node.id)).toEqual(deliveries.deliveryIds);
  });

  it('shows the result of a mutation wherever the delivery is rendered, and returns an expected error as data', async () => {
    const environment = openEnvironment();
    const id = deliveries.deliveryIds[3] as string;
    await deliveries.cancel(id);
    await openList(environment, 'deliveryListQuery', 'deliveryList_query', {});
    expect(readRecord(environment, id)).toMatchObject({ status: 'FAILED', failureReason: 'CANCELED' });
    const run = () =>
      new Promise<unknown>((resolve, reject) =>
        commitMutation(environment, {
          mutation: artifact<GraphQLTaggedNode>('deliveryListRetryMutation'),
          variables: { id },
          onCompleted: resolve,
          onError: reject,
        }),
      );
    await run();
    expect(readRecord(environment, id)).toMatchObject({ status: 'PENDING', failureReason: null });
    expect(await run()).toMatchObject({ retryDelivery: { __typename: 'InvalidStateError', code: 'INVALID_STATE' } });
    expect(readRecord(environment, id)).toMatchObject({ status: 'PENDING' });
  });

  it('shows subscription updates wherever the delivery is rendered', async () => {
    const environment = openEnvironment();
    const id = deliveries.deliveryIds[7] as string;
    await openList(environment, 'deliveryListQuery', 'deliveryList_query', {});
    expect(readRecord(environment, id)).toMatchObject({ status: 'PENDING' });
    const { feedCursor } = await deliveries.api.ask('{ feedCursor }');
    const updated = new Promise((resolve, reject) => {
      const subscription = requestSubscription(environment, {
        subscription: artifact<GraphQLTaggedNode>('deliveryListUpdatedSubscription'),
        variables: { filter: { ids: [id] }, after: feedCursor },
        onNext: resolve,
        onError: reject,
      });
      cleanup.defer(subscription.dispose);
    });
    await deliveries.cancel(id);
    expect(await updated).toMatchObject({ deliveryUpdated: { status: 'FAILED' } });
    expect(readRecord(environment, id)).toMatchObject({ status: 'FAILED', failureReason: 'CANCELED' });
  });
});
