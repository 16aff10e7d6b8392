import { randomBytes } from 'node:crypto';
import { access, constants, link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { StartError } from './start-error.ts';

export interface Secrets {
  readonly rootApiKey: string;
  /** The AES key, 32 bytes, that encrypts secrets of endpoints in the database. */
  readonly encryptionKey: Uint8Array;
  /** The file of the root key. Null if it was given in `ROOT_API_KEY`. */
  readonly rootApiKeyFile: string | null;
  /** Whether the root key was created when this process started. */
  readonly isRootApiKeyNew: boolean;
}

/**
 * Returns the root key and the encryption key: the given ones, else those stored in `dataDir`, else new ones, which are
 * stored there (mode 0600). The directory is created only if a key has to be stored.
 *
 * @throws StartError if `dataDir` cannot be created or used, or a stored file does not contain a valid key.
 */
export async function openSecrets(
  dataDir: string,
  given: { readonly rootApiKey: string | null; readonly encryptionKey: string | null },
): Promise<Secrets> {
  if (given.rootApiKey === null || given.encryptionKey === null) await makeDataDirectory(dataDir);
  const rootFile = path.join(dataDir, 'root-api-key');
  const root =
    given.rootApiKey === null
      ? await readOrMake(rootFile, () => `lhr_${randomBytes(24).toString('base64url')}`)
      : { text: given.rootApiKey, isNew: false };
  const encryptionKey = Buffer.from(given.encryptionKey ?? (await readEncryptionKey(dataDir)), 'base64');
  if (encryptionKey.length !== 32) {
    throw new StartError(
      `${path.join(dataDir, 'encryption-key')} does not hold 32 bytes in base64. Restore it from a backup: the secrets of endpoints are encrypted with it.`,
    );
  }
  return {
    rootApiKey: root.text,
    encryptionKey,
    rootApiKeyFile: given.rootApiKey === null ? rootFile : null,
    isRootApiKeyNew: root.isNew,
  };
}

/**
 * Reads the encryption key from `dataDir`, or creates it. An empty key file remains after a crash of the first start,
 * and is replaced. If a database exists, it is an error, because a new key could not decrypt the stored secrets.
 */
async function readEncryptionKey(dataDir: string): Promise<string> {
  const file = path.join(dataDir, 'encryption-key');
  const hasDatabase = await access(path.join(dataDir, 'postgres')).then(
    () => true,
    () => false,
  );
  if (hasDatabase && (await readKept(file)) === '') {
    throw new StartError(
      `${file} is empty. Restore it from a backup: the secrets of endpoints are encrypted with it. Without one, delete the file: every endpoint then needs a new secret.`,
    );
  }
  return (await readOrMake(file, () => randomBytes(32).toString('base64'))).text;
}

/** Returns the content of the file, or null if there is none. */
async function readKept(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new StartError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/**
 * Reads the key from the file, or creates the file with a new key. If several processes start at once, all get the key
 * that one of them created. A crash leaves a complete file or none.
 */
async function readOrMake(file: string, make: () => string): Promise<{ text: string; isNew: boolean }> {
  const kept = await readKept(file);
  if (kept !== null && kept !== '') return { text: kept, isNew: false };
  const text = make();
  const unfinished = `${file}.${process.pid}.new`;
  try {
    await rm(unfinished, { force: true });
    await writeAndSync(unfinished, `${text}\n`);
    // `rename` replaces an empty file. `link` fails if the file exists, so that the first of several processes wins.
    if (kept === '') await rename(unfinished, file);
    else await link(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new StartError(`${file} cannot be written: ${(error as Error).message}`);
    }
  } finally {
    await rm(unfinished, { force: true });
  }
  const now = await readKept(file);
  return { text: now ?? text, isNew: now === text };
}

async function writeAndSync(file: string, text: string): Promise<void> {
  await using handle = await open(file, 'wx', 0o600);
  await handle.writeFile(text);
  await handle.sync();
}

/** Creates missing directories one by one, because a recursive `mkdir` never ends below some paths, such as /proc. */
async function makeDataDirectory(dataDir: string): Promise<void> {
  const missing: string[] = [];
  let directory = path.resolve(dataDir);
  try {
    while (!(await stat(directory).catch(ignoreMissing))?.isDirectory()) {
      missing.unshift(directory);
      const parent = path.dirname(directory);
      if (parent === directory) break;
      directory = parent;
    }
    for (const each of missing) {
      // EEXIST is no error: another process that starts at the same time may have created the directory.
      await mkdir(each, { mode: 0o700 }).catch(error => {
        if (error.code !== 'EEXIST') throw error;
      });
    }
    if (!(await stat(dataDir)).isDirectory()) throw new Error('it is not a directory');
    await access(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StartError(
      `DATA_DIR ${dataDir} cannot be used: ${(error as Error).message}. Set it to a directory that this user may write to.`,
    );
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
