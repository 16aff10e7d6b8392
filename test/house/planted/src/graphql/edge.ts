export const edge = 'an edge';
