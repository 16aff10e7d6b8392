import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeTestDirectory } from '../fixtures/run-directory.ts';

const script = path.resolve('tools/release.ts');
const changelog =
  '# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- A bug.\n\n## [0.1.0] - 2026-01-01\n\n- The start.\n';

const namingFiles = {
  'README.md': (version: string) => `npm install ./livehook-${version}.tgz\n`,
  'deploy/README.md': (version: string) => `docker build -t livehook:${version} .\n`,
  'deploy/compose.yaml': (version: string) => `image: livehook:${version}\n`,
};

describe('npm run release', () => {
  let directory: string;

  const run = async (command: string, args: readonly string[]) => {
    // The update notifier is off, so that npm does not ask the registry. Git reads only the configuration of the
    // repository.
    const env = {
      PATH: process.env.PATH,
      HOME: path.join(directory, '.git'),
      GIT_CONFIG_NOSYSTEM: '1',
      npm_config_update_notifier: 'false',
    };
    return (await promisify(execFile)(command, args, { cwd: directory, env, timeout: 60_000 })).stdout.trim();
  };
  const release = (version: string) => run(process.execPath, [script, version]);
  const readText = (file: string) => readFile(path.join(directory, file), 'utf8');

  beforeEach(async () => {
    directory = await makeTestDirectory('release');
    await writeFile(path.join(directory, 'package.json'), '{\n  "name": "released",\n  "version": "0.1.0"\n}\n');
    await writeFile(path.join(directory, 'CHANGELOG.md'), changelog);
    const chart = 'deploy/helm/livehook/Chart.yaml';
    await mkdir(path.join(directory, path.dirname(chart)), { recursive: true });
    await cp(chart, path.join(directory, chart));
    for (const [file, text] of Object.entries(namingFiles)) await writeFile(path.join(directory, file), text('0.1.0'));
    // Packing builds the package, so the release requires the development dependencies, here an empty folder.
    await mkdir(path.join(directory, 'node_modules/vite'), { recursive: true });
    await writeFile(path.join(directory, '.gitignore'), 'node_modules\n');
    await run('git', ['init', '--quiet', '--initial-branch=main']);
    await run('git', ['config', 'user.name', 'Test']);
    await run('git', ['config', 'user.email', 'test@example.com']);
    await run('git', ['add', '.']);
    await run('git', ['commit', '--quiet', '--message', 'Start']);
  });

  it('sets the version everywhere, dates the changelog, commits, tags and packs', async () => {
    const output = await release('minor');
    expect(JSON.parse(await readText('package.json')).version).toBe('0.2.0');
    expect(await readText('CHANGELOG.md')).toMatch(
      /## \[Unreleased\]\n\n## \[0\.2\.0\] - \d{4}-\d\d-\d\d\n\n### Fixed\n\n- A bug\.\n\n## \[0\.1\.0\]/,
    );
    expect(await readText('deploy/helm/livehook/Chart.yaml')).toMatch(/^version: 0\.2\.0\nappVersion: "0\.2\.0"$/m);
    for (const [file, text] of Object.entries(namingFiles)) expect(await readText(file)).toBe(text('0.2.0'));
    expect(await run('git', ['tag', '--list'])).toBe('v0.2.0');
    expect(await run('git', ['log', '-1', '--format=%s', 'v0.2.0'])).toBe('Release 0.2.0');
    expect(await run('git', ['status', '--porcelain'])).toBe('?? released-0.2.0.tgz');
    expect(output).toContain('npm publish released-0.2.0.tgz');
  });

  it.each([
    { title: 'a word that is no version', version: 'huge', message: 'got "huge"' },
    { title: 'a version that is not above the current one', version: '0.1.0', message: 'must be above 0.1.0' },
  ])('rejects $title', async ({ version, message }) => {
    await expect(release(version)).rejects.toThrow(message);
    expect(await readText('CHANGELOG.md')).toBe(changelog);
  });

  it('rejects a clone without its development dependencies', async () => {
    await rm(path.join(directory, 'node_modules'), { recursive: true });
    await expect(release('patch')).rejects.toThrow('Run npm ci first');
    expect(await run('git', ['status', '--porcelain'])).toBe('');
  });

  it('rejects a work tree with changes', async () => {
    await writeFile(path.join(directory, 'new-file'), '');
    await expect(release('patch')).rejects.toThrow('The work tree has changes');
  });

  it('rejects a changelog that lists no change', async () => {
    await writeFile(path.join(directory, 'CHANGELOG.md'), changelog.replace('- A bug.', ''));
    await run('git', ['commit', '--quiet', '--all', '--message', 'Empty the section']);
    await expect(release('patch')).rejects.toThrow('lists no change');
    expect(await run('git', ['tag', '--list'])).toBe('');
  });
});
