import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A stage of a Dockerfile that was executed in a directory instead of an image. */
export interface Stage {
  readonly directory: string;
  /** The working directory in the image, such as `/app`. */
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
}

interface MutableStage {
  name: string;
  directory: string;
  workingDirectory: string;
  environment: Record<string, string>;
  command: string[];
  healthCheck: string[];
}

/**
 * Executes the stages of a Dockerfile one after the other, each in a directory that represents the root of its file
 * system. Base images are not used: the programs are those of this machine.
 * @param context the build context, which `.dockerignore` filters.
 * @param environment additional variables for RUN, besides those of ENV.
 * @throws Error for an unknown instruction or a RUN that fails.
 */
export async function executeDockerfile(
  file: string,
  { context, directory, environment }: { context: string; directory: string; environment: NodeJS.ProcessEnv },
): Promise<Stage> {
  const stages: MutableStage[] = [];
  for (const { instruction, text } of readInstructions(file)) {
    if (instruction === 'FROM') {
      stages.push(openStage(/ AS (\w+)$/.exec(text)?.[1] ?? 'last', directory));
      continue;
    }
    const stage = stages.at(-1);
    if (instruction === 'ARG' && !stage) continue;
    if (!stage) throw new Error(`${instruction} stands before FROM`);
    if (instruction === 'WORKDIR') {
      stage.workingDirectory = text;
      mkdirSync(path.join(stage.directory, text), { recursive: true });
    } else if (instruction === 'COPY') copy(text, stage, stages, context);
    else if (instruction === 'RUN') await run(text, stage, environment);
    else if (instruction === 'ENV') Object.assign(stage.environment, readPairs(text));
    else if (instruction === 'CMD') stage.command = JSON.parse(text);
    else if (instruction === 'HEALTHCHECK') stage.healthCheck = JSON.parse(text.slice(text.indexOf('CMD ') + 4));
    else if (!['LABEL', 'USER', 'EXPOSE', 'STOPSIGNAL'].includes(instruction)) {
      throw new Error(`cannot execute ${instruction}`);
    }
  }
  const last = stages.at(-1);
  if (!last) throw new Error(`${file} has no stage`);
  return last;
}

function readInstructions(file: string) {
  const text = readFileSync(file, 'utf8').replaceAll('\\\n', ' ');
  return text.split('\n').flatMap(line => {
    const [, instruction, rest] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    return instruction && rest ? [{ instruction, text: rest.trim() }] : [];
  });
}

function openStage(name: string, parent: string): MutableStage {
  const directory = path.join(parent, name);
  mkdirSync(directory);
  return { name, directory, workingDirectory: '/', environment: {}, command: [], healthCheck: [] };
}

function copy(text: string, stage: MutableStage, stages: readonly MutableStage[], context: string): void {
  const words = text.split(/\s+/);
  const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
  const target = words.pop() ?? '';
  const source = from === undefined ? context : stages.find(({ name }) => name === from)?.directory;
  if (source === undefined) throw new Error(`COPY --from=${from}: there is no such stage`);
  const absoluteTarget = path.join(stage.directory, path.resolve(stage.workingDirectory, target));
  for (const word of words) {
    const files = from === undefined && word === '.' ? listContext(context) : [word];
    for (const each of files) {
      const isDirectoryOfFiles = word === '.' || target.endsWith('/');
      const to = isDirectoryOfFiles ? path.join(absoluteTarget, path.basename(each)) : absoluteTarget;
      cpSync(path.join(source, each), to, { recursive: true, verbatimSymlinks: true, filter: isInContext });
    }
  }
}

/**
 * The files of the build context that `.dockerignore` does not exclude. It must exclude everything first and then list
 * files and folders.
 */
function listContext(context: string): string[] {
  const lines = readFileSync(path.join(context, '.dockerignore'), 'utf8').split('\n');
  return lines.filter(line => line.startsWith('!')).map(line => line.slice(1));
}

function isInContext(file: string): boolean {
  return path.basename(file) !== '.data' && !file.endsWith('.log');
}

function readPairs(text: string): Record<string, string> {
  return Object.fromEntries(text.split(/\s+/).map(pair => pair.split('=') as [string, string]));
}

async function run(command: string, stage: MutableStage, environment: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn('/bin/sh', ['-c', command], {
    cwd: path.join(stage.directory, stage.workingDirectory),
    env: { ...environment, ...stage.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`RUN ${command} exited with ${code}:\n${output}`);
}
