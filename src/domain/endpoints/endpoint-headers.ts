import { DecryptionError, type Encryption } from '../../database/encryption.ts';
import type { CustomHeader } from '../../egress/headers.ts';

export type EncryptedHeader = {
  readonly name: string;
  readonly secret: boolean;
  /** The encrypted value in base64. */
  readonly value: string;
};

/** A header of an input that keeps its stored value. */
export type UnvaluedHeader = Pick<EncryptedHeader, 'name' | 'secret'> & { readonly value: null };

/** Encrypts the values of custom headers for the database. Names stay readable, and null values stay null. */
export function encryptHeaders(
  headers: readonly (CustomHeader | UnvaluedHeader)[],
  encryption: Encryption,
): (EncryptedHeader | UnvaluedHeader)[] {
  return headers.map(({ name, secret, value }) =>
    value === null ? { name, secret, value } : { name, secret, value: encryption.encrypt(value).toString('base64') },
  );
}

/**
 * Decrypts the column `headers` of an endpoint.
 *
 * @throws DecryptionError if a value was encrypted with another key or changed.
 */
export function decryptHeaders(stored: unknown, encryption: Encryption): CustomHeader[] {
  return (stored as EncryptedHeader[]).map(({ name, secret, value }) => ({
    name,
    secret,
    value: encryption.decrypt(Buffer.from(value, 'base64')),
  }));
}

/**
 * Decrypts the column `headers` for a client. The values of secret headers, and values that cannot be decrypted, are
 * null.
 */
export function showHeaders(
  stored: unknown,
  encryption: Encryption,
): { readonly name: string; readonly secret: boolean; readonly value: string | null }[] {
  return (stored as EncryptedHeader[]).map(({ name, secret, value }) => ({
    name,
    secret,
    value: secret ? null : tryDecrypt(value, encryption),
  }));
}

function tryDecrypt(value: string, encryption: Encryption): string | null {
  try {
    return encryption.decrypt(Buffer.from(value, 'base64'));
  } catch (error) {
    if (error instanceof DecryptionError) return null;
    throw error;
  }
}
