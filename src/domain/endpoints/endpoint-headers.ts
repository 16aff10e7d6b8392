import type { Encryption } from '../../database/encryption.ts';
import type { CustomHeader } from '../../egress/headers.ts';

export type SealedHeader = {
  readonly name: string;
  readonly secret: boolean;
  /** Encrypted, in base64. */
  readonly value: string;
};

/** A header that is to keep the value it has. */
export type UnvaluedHeader = Pick<SealedHeader, 'name' | 'secret'> & { readonly value: null };

/** Custom headers as they are stored: names in clear, every value encrypted. */
export function sealHeaders(
  headers: readonly (CustomHeader | UnvaluedHeader)[],
  encryption: Encryption,
): (SealedHeader | UnvaluedHeader)[] {
  return headers.map(({ name, secret, value }) =>
    value === null ? { name, secret, value } : { name, secret, value: encryption.encrypt(value).toString('base64') },
  );
}

/** The `headers` column, decrypted. */
export function openHeaders(stored: unknown, encryption: Encryption): CustomHeader[] {
  return (stored as SealedHeader[]).map(({ name, secret, value }) => ({
    name,
    secret,
    value: encryption.decrypt(Buffer.from(value, 'base64')),
  }));
}
