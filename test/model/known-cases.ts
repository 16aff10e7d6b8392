import type { EndpointSetup, Scenario } from './actions.ts';

const plain: EndpointSetup = { schedule: [], isFifo: false, maxConcurrency: null, disablesOnGone: false };

/** Counterexamples of the past, and what chance seldom finds: each was a bug once, and is tried first in every run. */
export const knownCases: [Scenario][] = [
  [
    // A retry came in front of what was in flight, and an ordered endpoint was sent two at once.
    {
      endpoints: [{ ...plain, isFifo: true }],
      senders: 2,
      actions: [
        { do: 'cancel', delivery: 0 },
        { do: 'claim', sender: 0, slots: 1 },
        { do: 'retry', delivery: 0 },
        { do: 'claim', sender: 1, slots: 1 },
      ],
    },
  ],
  [
    // A number was given back and claimed anew; an INTERRUPTED of the claim before was taken for it.
    {
      endpoints: [plain],
      senders: 1,
      actions: [
        { do: 'claim', sender: 0, slots: 1 },
        { do: 'expire', delivery: null },
        { do: 'claim', sender: 0, slots: 1 },
        { do: 'send', job: 0, outcome: 'unwritten', isSettled: false },
        { do: 'claim', sender: 0, slots: 1 },
        { do: 'settle', sender: 0 },
      ],
    },
  ],
  [
    // A lane with a limit gave twice the slots that it was asked for: what overtakes, and as much of the rest.
    {
      endpoints: [{ ...plain, maxConcurrency: 2 }],
      senders: 1,
      actions: [
        { do: 'replay', delivery: 0, endpoint: null },
        { do: 'claim', sender: 0, slots: 1 },
      ],
    },
  ],
];
