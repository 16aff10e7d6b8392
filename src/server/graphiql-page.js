// The script of GraphiQL's page; graphiql.ts puts `YogaGraphiQL`, `graphqlWs` and `graphiqlOptions` before it. Operations go over
// HTTP, and each subscription over a websocket. The header editor holds the key for both, as HTTP headers and as the payload of
// `connection_init`.

YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), { ...graphiqlOptions, fetcher: fetchGraphql });

/** A GraphiQL fetcher. See https://graphiql-test.netlify.app/typedoc/modules/graphiql_toolkit.html#fetcher */
async function fetchGraphql(params, { headers = {} } = {}) {
  if (isSubscription(params)) return subscribe(params, headers);
  const response = await fetch(location.pathname, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(params),
  });
  return response.json();
}

function isSubscription({ query, operationName }) {
  const operations = [
    ...query.replace(/#.*/g, '').matchAll(/\b(query|mutation|subscription)\s+(\w+)|^\s*(subscription)\b/g),
  ];
  const chosen = operations.find(([, , name]) => name === operationName) ?? operations[0];
  return (chosen?.[1] ?? chosen?.[3]) === 'subscription';
}

/** Runs one subscription over its own websocket. Ending the iteration closes the socket. */
function subscribe(payload, headers) {
  const client = graphqlWs.createClient({
    url: `${location.origin.replace(/^http/, 'ws')}${location.pathname}`,
    connectionParams: headers,
    retryAttempts: 0,
  });
  const results = client.iterate(payload);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => results.next().catch(describeFailure),
    return: () => results.return(),
  };
}

/** Converts a rejection of the websocket client: GraphQL errors to a result, and a closed socket to an error. */
function describeFailure(problem) {
  if (Array.isArray(problem)) return { done: false, value: { errors: problem } };
  if (!(problem instanceof CloseEvent)) throw problem;
  throw new Error(`The socket was closed: ${problem.code} ${problem.reason}`);
}
