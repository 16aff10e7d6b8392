import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readArguments } from './read-arguments.ts';

/**
 * Prepares a release: `npm run release -- <major|minor|patch|x.y.z>`. Sets the version in package.json,
 * package-lock.json, the Helm chart and the files that name the image, dates the section "Unreleased" of the changelog,
 * commits, tags and writes the package. Nothing is pushed or published. Exits with 1 and changes nothing if the work tree
 * is not clean, the branch is not main, the tag exists, the development dependencies are missing, or the changelog has
 * nothing to release.
 */
const chart = 'deploy/helm/livehook/Chart.yaml';
/** Files that name the image or the package with its version. */
const namingFiles = ['README.md', 'deploy/README.md', 'deploy/compose.yaml'];

const [requestedVersion = ''] = readArguments('npm run release -- major|minor|patch|VERSION', { min: 1, max: 1 });
try {
  release(requestedVersion);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

function release(requested: string): void {
  const previous = currentVersion();
  const version = nextVersion(previous, requested);
  const tag = `v${version}`;
  if (run('git', ['status', '--porcelain']) !== '') throw new Error('The work tree has changes. Commit or stash them.');
  const branch = run('git', ['branch', '--show-current']);
  if (branch !== 'main') throw new Error(`Releases are made on the branch main; this is "${branch}".`);
  if (run('git', ['tag', '--list', tag]) !== '') throw new Error(`The tag ${tag} exists already.`);
  if (!existsSync('node_modules/vite')) throw new Error('Run npm ci first. The package is built when it is packed.');
  const changelog = dateUnreleased(readFileSync('CHANGELOG.md', 'utf8'), version, today());

  writeFileSync('CHANGELOG.md', changelog);
  run('npm', ['version', version, '--no-git-tag-version', '--ignore-scripts']);
  for (const file of namingFiles) {
    const text = readFileSync(file, 'utf8');
    const renamed = text.replaceAll(`livehook:${previous}`, `livehook:${version}`);
    writeFileSync(file, renamed.replaceAll(`livehook-${previous}.tgz`, `livehook-${version}.tgz`));
  }
  if (existsSync(chart)) writeFileSync(chart, setChartVersion(readFileSync(chart, 'utf8'), version));
  run('git', ['commit', '--all', '--quiet', '--message', `Release ${version}`]);
  run('git', ['tag', '--annotate', tag, '--message', `Release ${version}`]);
  const packed = run('npm', ['pack', '--silent']).split('\n').at(-1);
  console.log(`${packed} is ready. To publish it:\n  git push origin main ${tag}\n  npm publish ${packed}`);
}

function currentVersion(): string {
  return (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version;
}

/**
 * Returns the version after `current`.
 *
 * @throws Error if `requested` is neither major, minor, patch nor a version, or is not above `current`.
 */
function nextVersion(current: string, requested: string): string {
  const parts = current.split('.').map(Number) as [number, number, number];
  const [major, minor, patch] = parts;
  if (requested === 'major') return `${major + 1}.0.0`;
  if (requested === 'minor') return `${major}.${minor + 1}.0`;
  if (requested === 'patch') return `${major}.${minor}.${patch + 1}`;
  if (!/^\d+\.\d+\.\d+$/.test(requested)) {
    throw new Error(`Give major, minor, patch or a version such as 1.2.3; got "${requested}".`);
  }
  const wanted = requested.split('.').map(Number);
  const first = wanted.findIndex((number, index) => number !== parts[index]);
  if (first === -1 || (wanted[first] as number) < (parts[first] as number)) {
    throw new Error(`The version must be above ${current}; got "${requested}".`);
  }
  return requested;
}

/** Moves the text below "Unreleased" into a section for the version. @throws Error if there is none. */
function dateUnreleased(changelog: string, version: string, date: string): string {
  const heading = '## [Unreleased]\n';
  const [before, after] = changelog.split(heading);
  if (before === undefined || after === undefined) throw new Error('CHANGELOG.md has no section "## [Unreleased]".');
  const unreleased = after.split(/^## /m)[0] ?? '';
  if (!unreleased.includes('\n- ')) throw new Error('The section "Unreleased" of CHANGELOG.md lists no change.');
  return `${before}${heading}\n## [${version}] - ${date}\n${after}`;
}

function setChartVersion(text: string, version: string): string {
  return text.replace(/^version: .*$/m, `version: ${version}`).replace(/^appVersion: .*$/m, `appVersion: "${version}"`);
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
}
