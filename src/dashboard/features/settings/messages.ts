/** The texts that the settings screens share. */
export const messages = {
  name: 'Name',
  cancel: 'Cancel',
  done: 'Done',
  actions: 'Actions',
  loading: 'Loading',
  couldntLoad: (what: string) => `Couldn't load ${what}`,
  retryNow: 'Retry now',
} as const;
