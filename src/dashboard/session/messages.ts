/** The texts about why a session ended. */
export const messages = {
  signInLinkInvalid: 'This sign-in link was used before, or has expired. Sign in with an API key.',
  cantReachTheServer: "Can't reach the server.",
} as const;
