import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { Permission } from './generated/graphql.ts';

export const permissions = [
  'DELIVERIES_READ',
  'DELIVERIES_MANAGE',
  'ENDPOINTS_READ',
  'ENDPOINTS_MANAGE',
  'EVENTS_PUBLISH',
  'KEYS_MANAGE',
] as const satisfies Permission[];

/**
 * The option `--permission`. It may be given several times, and each value may be a comma-separated list.
 *
 * @param byDefault the permissions that the command uses if the option is not given. Only the help names them, because
 * Commander would add its own default to the given permissions.
 */
export function createPermissionOption(byDefault: readonly Permission[] = []) {
  const help = `one of ${permissions.join(', ')}`;
  return new Option(
    '-p, --permission <permission...>',
    byDefault.length > 0 ? `${help}. Default: ${byDefault.join(', ')}` : help,
  ).argParser(collectPermissions);
}

function collectPermissions(text: string, previous: readonly Permission[] = []): Permission[] {
  const given = text.split(',').map(name => {
    const known = permissions.find(each => each === name.trim().toUpperCase());
    if (!known) throw new InvalidArgumentError(`It must be one of ${permissions.join(', ')}.`);
    return known;
  });
  return [...new Set([...previous, ...given])];
}
