export type Panel = string;
export const panel: Panel = 'a panel';
