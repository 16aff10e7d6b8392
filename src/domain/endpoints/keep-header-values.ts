import { BadUserInputError } from '../../errors.ts';
import type { EncryptedHeader, UnvaluedHeader } from './endpoint-headers.ts';

/**
 * Gives each header that came without a value the one that the endpoint has under this name, in any case. So a client
 * that cannot read a secret can change the headers around it. A secret stays secret.
 *
 * @param stored the headers that the endpoint has, its row locked; none for a new endpoint.
 * @throws BadUserInputError such as `input.headers.2.keepValue`, where the endpoint has no header of that name.
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
