/** Texts about the connection and the session that several screens show. */
export const messages = {
  keyRejected: 'Invalid, revoked or expired API key.',
  cantReachTheServer: "Can't reach the server.",
  serverTooSlow: 'The server took too long to respond.',
  retryingEvery5Seconds: (problem: string) => `${problem} Retrying every 5 seconds.`,
  somethingWentWrong: 'Something went wrong.',
  portalLink: 'Portal link',
  rootKey: 'Root key',
} as const;
