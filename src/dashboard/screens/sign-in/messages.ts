/** The texts of the sign-in page and of an ended portal session. */
export const messages = {
  keyMalformed: "That doesn't look like an API key.",
  keyRejected: 'Invalid, revoked or expired API key.',
  cantReachTheServer: "Can't reach the server.",
  cantReachTheServerTitle: "Can't reach the server",
  sessionCannotBeRenewed: "Your session can't be renewed right now. Retrying every 10 seconds.",
  retryNow: 'Retry now',
  youreSignedOut: "You're signed out",
  thisLinkHasExpired: 'This link has expired',
  portalEndedHint:
    'To see your webhooks, go back to the app you came from and open this page again. Deliveries continue in the meantime.',
  tagline: 'Every webhook delivery, live.',
  apiKey: 'API key',
  rootKeyHint: "Find the root key in the server's output or in .data/root-api-key. It's kept for this tab only.",
  signingIn: 'Signing in…',
  signIn: 'Sign in',
  switchQuestion: 'Switch to the link you opened?',
  keepCurrentSession: 'Keep current session',
  switchSession: 'Switch session',
  switchExplanation:
    'This tab is already signed in. The link ends that session and opens one that the sender of the link chose. Keep the current session if you did not expect this link.',
  frameNeeds: (token: string) => `This frame needs ${token}`,
  frameNeedsFormsHelp:
    'Set sandbox="allow-scripts allow-forms" on the frame in your page. Without allow-forms, the browser ignores the buttons that save a form.',
  frameNeedsSameOriginHelp:
    'Set sandbox="allow-scripts allow-forms allow-same-origin" on the frame in your page. Without allow-same-origin, the frame has no origin, and the server only accepts requests from the origins in CORS_ORIGINS.',
} as const;
