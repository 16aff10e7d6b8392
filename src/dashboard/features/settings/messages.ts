/** The texts that the settings screens share. */
export const messages = {
  renamedTo: (name: string) => `Renamed to ${name}.`,
  name: 'Name',
  cancel: 'Cancel',
  rename: 'Rename',
  loading: 'Loading',
  couldntLoad: (what: string) => `Couldn't load ${what}`,
  retryNow: 'Retry now',
} as const;
