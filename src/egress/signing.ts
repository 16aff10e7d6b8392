import {
  createHmac,
  createPrivateKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign as signEd25519,
} from 'node:crypto';

/** The values of `webhook-signature` and `x-webhook-signature` for one attempt. */
export interface Signatures {
  readonly standard: string;
  readonly stripeStyle: string;
}

export interface Signer {
  /** Signs exactly the bytes of `body` for one attempt. `timestamp` is in Unix seconds. */
  sign(eventId: string, timestamp: number, body: string | Buffer): Signatures;
}

export type SecretCheck = { ok: true } | { ok: false; message: string };

const secretPrefix = 'whsec_';
const privateKeyPrefix = 'whsk_';
const publicKeyPrefix = 'whpk_';

/** Generates a secret of 32 random bytes: `whsec_<base64>`. */
export function generateSecret(): string {
  return secretPrefix + randomBytes(32).toString('base64');
}

const minTextLength = 8;
const maxTextLength = 256;

/**
 * Checks a secret that a client provides: `whsec_` and the padded base64 of 24 to 64 bytes (Standard Webhooks), or an
 * existing secret of another system: 8 to 256 characters without control characters, such as `sk_live_...`.
 */
export function checkSecret(secret: string): SecretCheck {
  if (secret.startsWith(secretPrefix)) {
    const encoded = secret.slice(secretPrefix.length);
    const bytes = Buffer.from(encoded, 'base64');
    if (bytes.length >= 24 && bytes.length <= 64 && bytes.toString('base64') === encoded) return { ok: true };
    return { ok: false, message: 'must be whsec_ followed by the base64 of 24 to 64 bytes, or text of another form' };
  }
  if (secret.startsWith(privateKeyPrefix) || secret.startsWith(publicKeyPrefix)) {
    return { ok: false, message: `must not begin with ${privateKeyPrefix} or ${publicKeyPrefix}` };
  }
  const isText = secret.isWellFormed() && !/\p{Cc}/u.test(secret) && secret.trim() === secret;
  if (isText && secret.length >= minTextLength && secret.length <= maxTextLength) return { ok: true };
  return {
    ok: false,
    message: `must be whsec_ followed by the base64 of 24 to 64 bytes, or ${minTextLength} to ${maxTextLength} characters without control characters and without spaces around them`,
  };
}

/** Matches a text that `standardwebhooks` and `svix` decode as base64, unless they are configured for a raw secret. */
const base64Text = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Returns the keys of a secret for signing `webhook-signature`: the decoded bytes of `whsec_<base64>`, or the UTF-8
 * bytes of any other text. For any other text that is valid base64, it returns both the decoded and the UTF-8 bytes,
 * because receivers may use either.
 */
function standardKeys(secret: string): Buffer[] {
  if (secret.startsWith(secretPrefix)) return [Buffer.from(secret.slice(secretPrefix.length), 'base64')];
  const text = Buffer.from(secret);
  return base64Text.test(secret) ? [Buffer.from(secret, 'base64'), text] : [text];
}

/** Generates an Ed25519 key pair. Livehook signs with the `whsk_` half, and receivers verify with the `whpk_` half. */
export function generateKeyPair(): { privateKey: string; publicKey: string } {
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const [seed, point] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')];
  return {
    privateKey: privateKeyPrefix + Buffer.concat([seed, point]).toString('base64'),
    publicKey: publicKeyPrefix + point.toString('base64'),
  };
}

/**
 * Prepares the keys of an endpoint, so that an attempt only computes two HMACs for each active secret. Both headers
 * contain a signature with each secret, in the given order (newest first). With an Ed25519 key, `webhook-signature`
 * also contains a `v1a`. The key of `webhook-signature` is the decoded secret (see `standardKeys`), that of
 * `x-webhook-signature` is the secret's text.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @see https://docs.stripe.com/webhooks#verify-manually
 */
export function createSigner(secrets: readonly string[], ed25519Key: string | null = null): Signer {
  const keys = secrets.map(secret => ({
    standard: standardKeys(secret).map(key => createSecretKey(key)),
    stripeStyle: createSecretKey(secret, 'utf8'),
  }));
  const privateKey = ed25519Key === null ? null : importPrivateKey(ed25519Key);
  return {
    sign(eventId, timestamp, body) {
      const prefix = `${eventId}.${timestamp}.`;
      let standard = '';
      let stripeStyle = `t=${timestamp}`;
      for (const key of keys) {
        for (const standardKey of key.standard) {
          const separator = standard === '' ? '' : ' ';
          standard += `${separator}v1,${createHmac('sha256', standardKey).update(prefix).update(body).digest('base64')}`;
        }
        stripeStyle += `,v1=${createHmac('sha256', key.stripeStyle).update(`${timestamp}.`).update(body).digest('hex')}`;
      }
      if (privateKey) {
        const content = Buffer.concat([Buffer.from(prefix), typeof body === 'string' ? Buffer.from(body) : body]);
        const signature = signEd25519(null, content, privateKey).toString('base64');
        standard += `${standard === '' ? '' : ' '}v1a,${signature}`;
      }
      return { standard, stripeStyle };
    },
  };
}

/**
 * Parses `whsk_<base64 of seed and public key>`. The public key is part of it, because Node.js imports raw keys only as
 * JWK, which needs both.
 */
function importPrivateKey(text: string): KeyObject {
  const bytes = Buffer.from(text.slice(privateKeyPrefix.length), 'base64');
  if (!text.startsWith(privateKeyPrefix) || bytes.length !== 64) throw new TypeError('not a whsk_ key of 64 bytes');
  const d = bytes.subarray(0, 32).toString('base64url');
  const x = bytes.subarray(32).toString('base64url');
  return createPrivateKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', d, x } });
}
