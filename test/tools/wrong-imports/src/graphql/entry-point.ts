export const entryPoint = 'an entryPoint';
