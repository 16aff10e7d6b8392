/** The texts of the payload viewer. */
export const messages = {
  payloadRemoved: 'This payload was removed by retention.',
  payload: 'Payload',
  bodyNotStored: 'Body not stored.',
  emptyBody: 'Empty body.',
  raw: 'Raw',
} as const;
