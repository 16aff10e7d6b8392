import ts from 'typescript';
import { expect, it } from 'vitest';
import { findDashboardFiles, parseDashboardFile, walk } from '../../fixtures/dashboard-sources.ts';

/** Texts that were replaced because operators could not understand them. No text of the dashboard is one of them. */
const retiredTexts = [
  'Webhook',
  'Made',
  'Make the key',
  'Make the link',
  'Make the tenant',
  'Create the endpoint',
  'Try again now',
  'Clear the filters',
  'All of them',
  'Nothing matches',
  'No endpoint matches',
  'No delivery matches',
  'Leave it',
  'You act for it',
  'Load it again',
  'Back to the start',
  'This list',
  'Over time',
  'Latest failures',
  'There are none.',
  'All that match',
  'Without tests',
  'To, exclusive',
  'Failed today',
  'Waiting for a retry',
  'held',
  'under way',
  'by hand',
  'Until it failed',
  'No body was kept.',
  'An empty body.',
  'Refused by status',
  'Connect timed out',
  'Name not found',
  'TLS failed',
  'Not HTTP',
  'Template failed',
  'Attempts used up',
  'Unsendable',
  'Keep them as they are',
  'Cancel it',
  'Go on in the background',
  'There is nothing to do.',
  'Done in part',
  'Nothing done',
  'Broken off',
  'Look in the log',
  'Took',
  'Nothing fails',
  'Enable it',
  'Keep it',
  'Keep the old one',
  'As the server',
  'At once',
  'As they become due',
  'As a table',
  'Send a test',
  'How to verify',
  'Changed',
  'Pace',
  'Requests at once',
  'This is no URL.',
  'Good for',
  'Id of what it was done to',
  'Nothing was done yet',
  'Back to the defaults',
] as const;

/** Parts of sentences that were replaced for the same reason. No text of the dashboard contains one of them. */
const retiredParts = [
  'is tried again',
  'being tried again',
  'cannot be read',
  'This is not fresh',
  'is called that',
  'The key stays in this tab',
  'is one word of plain characters',
  'This key is unknown',
  'This link no longer holds',
  'You have signed out',
  'it catches up by itself',
  'The live connection is cut',
  'You act for',
  'This page has failed',
  'The fault is ours',
  'There is nothing here',
  'The address leads to no page',
  'This is not for your key',
  'It lacks the permission',
  'given up',
  'whatever was sent has arrived',
  'Only the rest',
  'It ends before it begins',
  'In your time:',
  'Kept in this browser',
  'Whatever comes to match',
  'its delivery appears here by itself',
  'The receiver answered',
  'Somebody canceled it',
  'It was still waiting when',
  'none ever will',
  'Nothing was sent yet',
  'Each one is due at once',
  'Each becomes a new delivery',
  'What was done stays done',
  'has waited so long',
  'not done, not given up',
  'What waits for it',
  'what waited is being sent',
  'Its deliveries wait',
  'made, and wait',
  'too, and the receiver can change over',
  'The new secret signs from now on',
  'Every request is signed with it',
  'gets nothing any more',
  'type its name to be sure',
  'Left empty, it says that',
  'Where the requests go',
  'None chosen: every one',
  'behind it. Enter adds it',
  'not answered with 2xx',
  'is given or taken',
  'shown nowhere',
  'It knows payload',
  'It is told of as',
  'Without a single success',
  'No fragment: it would not be sent',
  'is waiting is sent by',
  'Each acts for this tenant',
  'with what it needs alone',
  'Your own pages make such links',
  'wherever they stand',
  'The root key acts for one at a time',
  'An account whose data nobody else sees',
];

it('the dashboard shows none of the texts that were replaced because operators could not understand them', async () => {
  const files = await findDashboardFiles('**/*.{ts,tsx}');
  const found = await Promise.all(
    files.map(async file => {
      const texts = await findTexts(file);
      return texts
        .filter(
          text => retiredTexts.some(retired => retired === text) || retiredParts.some(part => text.includes(part)),
        )
        .map(text => `${file}: ${text}`);
    }),
  );
  expect(found.flat()).toEqual([]);
});

it('percentages of the dashboard have no space before the percent sign', async () => {
  const files = await findDashboardFiles('**/*.{ts,tsx}');
  const found = await Promise.all(
    files.map(async file =>
      (await findTexts(file)).filter(text => /^ %|[\d}] %/.test(text)).map(text => `${file}: ${text}`),
    ),
  );
  expect(found.flat()).toEqual([]);
});

/** Returns all strings of a file. A template string is returned as the parts between its expressions. */
async function findTexts(file: string): Promise<string[]> {
  const found: string[] = [];
  walk(await parseDashboardFile(file), node => {
    if (ts.isImportDeclaration(node)) return false;
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      found.push(node.text);
    }
    return true;
  });
  return found;
}
