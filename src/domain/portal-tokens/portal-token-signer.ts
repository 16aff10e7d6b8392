import { createSecretKey, hkdfSync } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';

/** Signs and verifies portal tokens. */
export interface PortalTokenSigner {
  /**
   * Returns the signed text of a token. Times are Unix milliseconds.
   *
   * @param id the id (UUID) of the token's row.
   */
  sign(id: string, issuedAt: number, expiresAt: number): Promise<string>;
  /**
   * Returns the id (UUID) of a token that this server signed and that has not expired. Null for any other text.
   *
   * @param now Unix milliseconds.
   */
  verify(token: string, now: number): Promise<string | null>;
}

const algorithm = 'HS256';
const issuer = 'livehook';
const audience = 'livehook-portal';

/**
 * Creates a signer of JSON Web Tokens with HMAC-SHA256. The key is derived from `ENCRYPTION_KEY`, so that all api
 * processes accept each other's tokens. A token contains only the id of its row; its permissions are in the database.
 *
 * @param encryptionKey 32 bytes.
 * @see https://www.rfc-editor.org/rfc/rfc7519, https://www.rfc-editor.org/rfc/rfc5869
 */
export function createPortalTokenSigner(encryptionKey: Uint8Array): PortalTokenSigner {
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', encryptionKey, '', 'livehook portal tokens', 32)));
  return {
    sign: (id, issuedAt, expiresAt) =>
      new SignJWT()
        .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setJti(id)
        .setIssuedAt(Math.floor(issuedAt / 1000))
        .setExpirationTime(Math.floor(expiresAt / 1000))
        .sign(key),
    async verify(token, now) {
      try {
        const options = { algorithms: [algorithm], issuer, audience, currentDate: new Date(now) };
        const { payload } = await jwtVerify(token, key, options);
        return payload.jti ?? null;
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}
