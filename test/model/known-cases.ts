import type { EndpointSetup, Scenario } from './actions.ts';

const plain: EndpointSetup = { schedule: [], isFifo: false, maxConcurrency: null, disablesOnGone: false };

/** Scenarios that once revealed a bug, and scenarios that a random choice rarely finds. Every run tries them first. */
export const knownCases: [Scenario][] = [
  [
    // The bug: a manual retry was claimed while another request was in flight, so an ordered endpoint got two at once.
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
    // The bug: a released attempt number was claimed again, and the INTERRUPTED result of the earlier claim was
    // accepted.
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
    // The bug: a claim from a lane with a limit returned twice the requested number of deliveries: that many
    // prioritized ones, and as many others.
    {
      endpoints: [{ ...plain, maxConcurrency: 2 }],
      senders: 1,
      actions: [
        { do: 'replay', delivery: 0, endpoint: null },
        { do: 'claim', sender: 0, slots: 1 },
      ],
    },
  ],
  [
    // The call to cancel a delivery in flight is refused. A claim does not take over deliveries of a deleted endpoint.
    {
      endpoints: [plain],
      senders: 1,
      actions: [
        { do: 'claim', sender: 0, slots: 1 },
        { do: 'cancel', delivery: 0 },
        { do: 'delete', endpoint: 0 },
        { do: 'expire', delivery: null },
        { do: 'claim', sender: 0, slots: 1 },
      ],
    },
  ],
  [
    // A claim stays within the limit of the endpoint, and gets nothing while the receiver has asked for a pause.
    {
      endpoints: [{ ...plain, schedule: [3600], maxConcurrency: 1 }],
      senders: 1,
      actions: [
        { do: 'claim', sender: 0, slots: 2 },
        { do: 'send', job: 0, outcome: '429', isSettled: true },
        { do: 'claim', sender: 0, slots: 1 },
      ],
    },
  ],
  [
    // The retry of a delivery that did not fail is refused. The janitor settles lost attempts to a paused endpoint.
    {
      endpoints: [plain],
      senders: 1,
      actions: [
        { do: 'deliver', sender: 0, slots: 1, outcome: '200' },
        { do: 'retry', delivery: 0 },
        { do: 'claim', sender: 0, slots: 1 },
        { do: 'set', endpoint: 0, status: 'PAUSED' },
        { do: 'expire', delivery: null },
        { do: 'janitor' },
      ],
    },
  ],
  [
    // Senders that claim at the same time do not get the same delivery.
    {
      endpoints: [plain],
      senders: 3,
      actions: [
        { do: 'race', slots: 3 },
        { do: 'publish', endpoints: null },
        { do: 'race', slots: 3 },
        { do: 'publish', endpoints: null },
        { do: 'race', slots: 3 },
        { do: 'publish', endpoints: null },
        { do: 'race', slots: 3 },
      ],
    },
  ],
];
