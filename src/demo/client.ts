/** Sends one GraphQL operation over HTTP, as any client would. @throws Error with the message of the server. */
export async function execute<Data>(
  server: { readonly url: string; readonly key: string },
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Data> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: { message: string }[] };
  if (errors || !data) throw new Error(errors?.map(error => error.message).join('; ') ?? `HTTP ${response.status}`);
  return data;
}
