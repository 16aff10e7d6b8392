import { randomInt } from 'node:crypto';

/** A new epoch: 12 random characters of `0-9a-z`. */
export function newEpoch(): string {
  return Array.from({ length: 12 }, () => randomInt(36).toString(36)).join('');
}
