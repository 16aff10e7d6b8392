import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Secrets {
  readonly rootApiKey: string;
  /** 32 bytes. */
  readonly encryptionKey: Uint8Array;
  /** The root key was made just now: it is shown once. */
  readonly isRootApiKeyNew: boolean;
}

/**
 * The root key and the encryption key: those given, else those kept in `dataDir`, else new ones, kept there (0600).
 *
 * @throws Error where a kept file can't be read, or holds something else.
 */
export async function openSecrets(
  dataDir: string,
  given: { readonly rootApiKey: string | null; readonly encryptionKey: string | null },
): Promise<Secrets> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const root =
    given.rootApiKey === null
      ? await readOrMake(join(dataDir, 'root-api-key'), () => `lhr_${randomBytes(24).toString('base64url')}`)
      : { text: given.rootApiKey, isNew: false };
  const encryption =
    given.encryptionKey === null
      ? await readOrMake(join(dataDir, 'encryption-key'), () => randomBytes(32).toString('base64'))
      : { text: given.encryptionKey, isNew: false };
  const encryptionKey = Buffer.from(encryption.text, 'base64');
  if (encryptionKey.length !== 32)
    throw new Error(`${join(dataDir, 'encryption-key')} does not hold 32 bytes in base64`);
  return { rootApiKey: root.text, encryptionKey, isRootApiKeyNew: root.isNew };
}

async function readOrMake(path: string, make: () => string): Promise<{ text: string; isNew: boolean }> {
  try {
    return { text: (await readFile(path, 'utf8')).trim(), isNew: false };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const text = make();
  // Exclusive: of two that start at once, one makes it.
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(`${text}\n`);
  await file.sync();
  return { text, isNew: true };
}
