import { globSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type FoundText, readCode, readProse } from './read-texts.ts';

/** The folders and files that must follow docs/writing.md: everything except generated files. */
const enforced = ['.github/', 'CONTRIBUTING.md', 'README.md', 'bench/', 'deploy/', 'docs/', 'src/', 'test/', 'tools/'];

/** The files that contain the denied words because they list them. */
const listsOfWords = [
  'docs/writing.md',
  'test/dashboard/unit/retired-texts.test.ts',
  'test/docs/language.test.ts',
  'test/graphql/descriptions.test.ts',
];

/** Expressions that are hard to understand, each with an example in which the pattern must be found. */
const deniedTexts: readonly (readonly [pattern: RegExp, example: string])[] = [
  [/\bwho(ever|soever)\b/i, 'Whoever reads it.'],
  [/(^|[.!?] )Such as\b/, 'A type. Such as `a.b`.'],
  [/(^|[.!?] )(Of those|Where it stands|By what|What is)\b[^?]*(\.|$)/, 'What is due is claimed.'],
  [/\b(of it|nothing of it)[.;]/i, 'The start of it.'],
  [/\bthe house\b/i, 'The map of the house.'],
  [/\b(hungry|appetite|patience|hasten(s|ed)?|judge[sd]?|leavers?)\b/i, 'The lane is hungry.'],
  [/\b(household|strangers?|weapons?|rivals?|roof)\b/i, 'The weapon of a stranger.'],
  [/(?<!FROM |INTO |JOIN )\bnews\b/i, 'It publishes news.'],
  [/\b(afresh|anew)\b/i, 'It starts afresh.'],
  [/\bgives? back\b/i, 'It gives back what it took.'],
  [/\bas (it|they) stands?\b/i, 'The text as it stands.'],
  [/\d %($|[.,;:)]| [a-z])(?!.*[%}])/, 'It took 4 % of the time.'],
];

/** Words that must not occur in names, because a table in the writing rules replaces them. */
const deniedNameWords = new Set(
  `hungry appetite patience overtaking judge judged hasten hastened whoever household stranger strangers weapon weapons
  lendable lending leaver leavers roof rival rivals news bell rung`.split(/\s+/),
);

/** First words that make a title a fragment, which is not understandable alone in a log. */
const fragment = /^(and|but|or|nor|not|also|than|what|who|whose|which|how|such|though|where)\b/i;
/**
 * First words that continue the sentence of the `describe`, such as "a list of events > of 1,001 is rejected". They are
 * denied in a title without a `describe`.
 */
const continuation = /^(of|that)\b/i;
/** A title without a `describe` around it that begins with a verb has no subject. */
const verbFirst = /^([a-z]+s (a|an|the|its|no|each|every|only|nothing|one|all|what)|are|has|have)\b/;

/**
 * The beginnings of comments that may have more than 12 lines: the contracts of state machines and of the most frequent
 * SQL statements.
 */
const longComments: readonly string[] = [
  'The statuses of a delivery, its transitions',
  'Claims for many lanes in one statement',
  'The in-flight counter',
  'The state machine of a delivery in PostgreSQL',
  'ARGV from 3:',
];

const codeFiles = globSync(['src/**/*.{ts,tsx}', 'test/**/*.{ts,tsx}', 'bench/**/*.ts', 'tools/*.ts'])
  .filter(file => !file.includes('/generated/'))
  .sort();
const pages = globSync(['*.md', 'docs/**/*.md', 'deploy/**/*.md']).filter(page => page !== 'CHANGELOG.md');

test('the texts and names of all folders follow the writing rules', { timeout: 180_000 }, () => {
  const files = [...codeFiles, ...pages].filter(isEnforced);
  const problems = files.flatMap(file => {
    const texts = file.endsWith('.md') ? readProse(file) : readCode(file);
    const inName = findDeniedWord(path.basename(file, path.extname(file)));
    return [
      ...(inName ? [`${file}: the name of the file contains "${inName}"`] : []),
      ...texts.flatMap(text => findProblems(text).map(problem => `${file}:${text.line}: ${problem}`)),
    ];
  });
  expect(problems).toEqual([]);
});

test('the check of the writing rules finds each denied expression, denied name, title fragment and long comment', () => {
  for (const [pattern, example] of deniedTexts) expect(example).toMatch(pattern);
  expect(findDeniedWord('isHungryLane')).toBe('hungry');
  expect(findProblems(text('title', 'a key > and another tenant nothing'))).toHaveLength(1);
  expect(findProblems(text('title', 'a client ends a watch'))).toHaveLength(0);
  expect(findProblems(text('title', 'ends the watch'))).toHaveLength(1);
  expect(findProblems({ ...text('comment', 'Long.'), lines: 13 })).toHaveLength(1);
});

function isEnforced(file: string): boolean {
  return enforced.some(prefix => file.startsWith(prefix)) && !listsOfWords.includes(file);
}

function findProblems({ kind, text, lines }: FoundText): string[] {
  if (kind === 'name') {
    const word = findDeniedWord(text);
    return word ? [`the name ${text} contains "${word}"`] : [];
  }
  const problems = deniedTexts.filter(([pattern]) => pattern.test(text)).map(([pattern]) => `"${text}" has ${pattern}`);
  if (kind === 'comment' && lines > 12 && !longComments.some(start => text.startsWith(start))) {
    problems.push(`a comment of ${lines} lines: "${text.slice(0, 60)}"`);
  }
  if (kind === 'title') {
    const titles = text.split(' > ');
    const [first = ''] = titles;
    const hasNoSubject = continuation.test(first) || (titles.length === 1 && verbFirst.test(first));
    if (hasNoSubject || titles.some(title => fragment.test(title))) {
      problems.push(`the title "${text}" is no sentence with a subject`);
    }
  }
  return problems;
}

/**
 * Returns the first denied word in a name. Its words may be joined in any style: `isHungryLane`, `hungry-lane`,
 * `HUNGRY_LANE`.
 */
function findDeniedWord(name: string): string | undefined {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return words.split(/[^a-z0-9]+/).find(word => deniedNameWords.has(word));
}

function text(kind: FoundText['kind'], content: string): FoundText {
  return { kind, text: content, line: 1, lines: 1 };
}
