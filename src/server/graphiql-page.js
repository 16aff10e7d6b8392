// The script of GraphiQL's page; graphiql.ts puts `YogaGraphiQL` and `graphiqlOptions` before it. Operations go over HTTP,
// and each subscription over a websocket. The header editor holds the key for both, as HTTP headers and as the payload of
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

/** One operation over graphql-transport-ws. Ending the iteration closes the socket. */
function subscribe(payload, headers) {
  const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}${location.pathname}`, 'graphql-transport-ws');
  const results = [];
  let ended = false;
  let failure = null;
  let wake = () => undefined;

  const end = error => {
    ended = true;
    failure ??= error ?? null;
    wake();
  };
  const send = message => socket.send(JSON.stringify(message));
  socket.onopen = () => send({ type: 'connection_init', payload: headers });
  socket.onclose = ({ code, reason }) =>
    end(code === 1000 ? null : new Error(`The socket was closed: ${code} ${reason}`));
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === 'connection_ack') send({ id: '1', type: 'subscribe', payload });
    else if (message.type === 'ping') send({ type: 'pong' });
    else if (message.type === 'next') results.push(message.payload);
    else if (message.type === 'error') results.push({ errors: message.payload });
    if (message.type === 'error' || message.type === 'complete') socket.close(1000);
    wake();
  };

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      while (results.length === 0 && !ended) {
        await new Promise(resolve => {
          wake = resolve;
        });
      }
      if (results.length > 0) return { done: false, value: results.shift() };
      if (failure) throw failure;
      return { done: true, value: undefined };
    },
    async return() {
      end();
      socket.close(1000);
      return { done: true, value: undefined };
    },
  };
}
