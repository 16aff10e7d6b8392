/**
 * The path of the dashboard with a slash at both ends: `/`, or behind a proxy for example `/hooks/` (`PUBLIC_PATH`).
 */
export const basePath = new URL(document.baseURI).pathname;

/** The path of the GraphQL API. */
export const apiPath = `${basePath}graphql`;
