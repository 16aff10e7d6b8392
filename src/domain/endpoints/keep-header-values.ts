import { BadUserInputError } from '../../errors.ts';
import type { EncryptedHeader, UnvaluedHeader } from './endpoint-headers.ts';

/**
 * Gives each header without a value the stored value of the header with the same name, compared without regard to case.
 * A client that cannot read secret values can thus change the other headers. A secret header stays secret.
 *
 * @param stored the headers of the endpoint, whose row must be locked. Empty for a new endpoint.
 * @throws BadUserInputError that names the field, such as `input.headers.2.keepValue`, if the endpoint has no header
 *   with the name of this header.
 */
export function keepHeaderValues(
  stored: readonly EncryptedHeader[],
  headers: readonly (EncryptedHeader | UnvaluedHeader)[],
): EncryptedHeader[] {
  const byName = new Map(stored.map(header => [header.name.toLowerCase(), header]));
  return headers.map((header, index) => {
    if (header.value !== null) return header;
    const kept = byName.get(header.name.toLowerCase());
    if (kept) return { name: header.name, secret: header.secret || kept.secret, value: kept.value };
    throw new BadUserInputError(
      `input.headers.${index}.keepValue`,
      'must be false: there is no header of this name yet',
    );
  });
}
