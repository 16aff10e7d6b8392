/** The texts that the settings screens share. */
export const messages = {
  name: 'Name',
  cancel: 'Cancel',
  done: 'Done',
  actions: 'Actions',
  loading: 'Loading',
  couldntLoad: (dataName: string) => `Couldn't load ${dataName}`,
  retryNow: 'Retry now',
} as const;
