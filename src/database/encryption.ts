import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const version = 1;
const keyIdBytes = 4;
const nonceBytes = 12;
const tagBytes = 16;

/** Stored data cannot be decrypted: it was changed, or encrypted with another key. The message says which. */
export class DecryptionError extends Error {}

/** Encrypts data that must not be readable in a database dump: secrets and custom header values of endpoints. */
export interface Encryption {
  encrypt(text: string): Buffer;
  /**
   * Decrypts the output of `encrypt`.
   *
   * @throws DecryptionError if the bytes were changed, cut off, or encrypted with another key.
   */
  decrypt(sealed: Uint8Array): string;
  /**
   * Returns a keyed hash of 32 bytes to compare texts without storing them. Without the key, even a short text cannot
   * be guessed from it.
   */
  fingerprint(...texts: string[]): Buffer;
}

/**
 * Encrypts by AES-256-GCM with a new 96-bit nonce each time. The format is `version (1) | key id (4) | nonce (12) | tag
 * (16) | ciphertext`. The key id is the start of the key's SHA-256, so that a wrong `ENCRYPTION_KEY` gets a clear
 * error.
 *
 * @param key 32 bytes.
 * @see https://csrc.nist.gov/pubs/sp/800/38/d/final
 */
export function createEncryption(key: Uint8Array): Encryption {
  const keyId = createHash('sha256').update(key).digest().subarray(0, keyIdBytes);
  const header = Buffer.concat([Buffer.of(version), keyId]);
  const fingerprintKey = Buffer.from(hkdfSync('sha256', key, '', 'livehook fingerprint', 32));
  return {
    encrypt(text) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
      cipher.setAAD(header);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([header, nonce, cipher.getAuthTag(), body]);
    },
    decrypt(sealed) {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
      if (!bytes.subarray(0, header.length).equals(header)) {
        const id = bytes.subarray(1, header.length).toString('hex');
        throw new DecryptionError(
          `encrypted with another ENCRYPTION_KEY (key id ${id}, ours is ${keyId.toString('hex')})`,
        );
      }
      const nonceEnd = header.length + nonceBytes;
      const tagEnd = nonceEnd + tagBytes;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(header.length, nonceEnd), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(header);
      if (bytes.length < tagEnd) throw new DecryptionError('the encrypted bytes were cut off');
      decipher.setAuthTag(bytes.subarray(nonceEnd, tagEnd));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(tagEnd)), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new DecryptionError('the encrypted bytes were changed', { cause });
      }
    },
    fingerprint(...texts) {
      const hmac = createHmac('sha256', fingerprintKey);
      for (const text of texts) hmac.update(text);
      return hmac.digest();
    },
  };
}
