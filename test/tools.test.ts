import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** Modules in tools/ that other tools import, and that are not programs. */
const libraries = ['tools/read-arguments.ts', 'tools/schema-bases.ts'];
const programs = [...globSync('tools/*.ts').filter(file => !libraries.includes(file)), 'bench/main.ts'];

it.each(programs)(
  'the program %s prints its usage for --help and for an unknown option, and does nothing else',
  {
    timeout: 180_000,
  },
  async program => {
    const help = await run(program, '--help');
    expect(help).toMatchObject({ code: 0, errors: '' });
    expect(help.output).toMatch(/^Usage: /);
    const wrong = await run(program, '--bogus');
    expect(wrong).toMatchObject({ code: 2, output: '' });
    expect(wrong.errors).toMatch(/--bogus/);
    expect(wrong.errors).toContain('Usage: ');
    expect(wrong.errors).not.toMatch(/^ +at /m);
  },
);

async function run(...args: string[]) {
  const running = promisify(execFile)(process.execPath, args, { timeout: 150_000 });
  running.child.stdin?.end();
  return running.then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout, errors: stderr }),
    error => ({ code: error.code, output: error.stdout, errors: error.stderr }),
  );
}
