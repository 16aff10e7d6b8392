import { execFileSync } from 'node:child_process';

/** A committed schema that clients may rely on. */
export interface SchemaBase {
  /** A description such as `the merge base with origin/main`. */
  readonly name: string;
  readonly text: string;
}

/**
 * The schemas that the one in the work tree must not break:
 * - that of the merge base with `origin/main`, or with `main` if there is no such remote. On `main` itself, that of the
 *   last tag before HEAD or, without tags, of the commit before HEAD;
 * - that of HEAD, for changes that are not committed yet.
 *
 * Those that do not exist are left out. A shallow clone has only that of HEAD, and a directory without git has none.
 */
export function findSchemaBases(directory: string): SchemaBase[] {
  const head = git(directory, 'rev-parse', '--verify', '--quiet', 'HEAD');
  if (head === null) return [];
  const named = [findReleased(directory, head), { name: 'HEAD', commit: head }];
  return named.flatMap(base => {
    const text = base && git(directory, 'show', `${base.commit}:schema.graphql`);
    return base && text ? [{ name: base.name, text }] : [];
  });
}

/** Whether the clone is shallow, so that older commits are missing. */
export function isShallow(directory: string): boolean {
  return git(directory, 'rev-parse', '--is-shallow-repository') === 'true';
}

function findReleased(directory: string, head: string): { readonly name: string; readonly commit: string } | null {
  for (const branch of ['origin/main', 'main']) {
    const commit = git(directory, 'merge-base', 'HEAD', branch);
    if (commit !== null && commit !== head) return { name: `the merge base with ${branch}`, commit };
  }
  const tag = git(directory, 'describe', '--tags', '--abbrev=0', 'HEAD^');
  if (tag !== null) return { name: `the tag ${tag}`, commit: tag };
  const parent = git(directory, 'rev-parse', '--verify', '--quiet', 'HEAD^');
  return parent === null ? null : { name: 'the previous commit', commit: parent };
}

/** Runs git and returns its output. Null if the command fails, or if git is missing. */
function git(directory: string, ...args: string[]): string | null {
  try {
    const options = { cwd: directory, encoding: 'utf8', maxBuffer: 16 * 2 ** 20 } as const;
    return execFileSync('git', args, { ...options, stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}
