import { stringifyDocument } from '@urql/core';
import type { Client } from 'graphql-ws';
import type { DeliveryFilter, DeliveryUpdatesSubscription } from '../../../generated/graphql.ts';
import { UpdatesSubscription } from './log-documents.ts';

export type DeliveryUpdate = DeliveryUpdatesSubscription['deliveryUpdated'];

export interface FollowOptions {
  readonly filter: DeliveryFilter;
  /** A cursor of the feed: the first update is the one right behind it. */
  readonly after: string;
  readonly onUpdate: (update: DeliveryUpdate) => void;
  /** What happened meanwhile can no longer be told: list again, and follow from there. It has ended by itself. */
  readonly onLost: () => void;
}

const query = stringifyDocument(UpdatesSubscription);

/** Follows the transitions of a filter. After a cut it goes on behind the last one it has seen. @returns what ends it. */
export function followUpdates(socket: Client, { filter, after, onUpdate, onLost }: FollowOptions): () => void {
  let cursor = after;
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    onLost();
  };
  // The socket sends this again after a cut, and the getter then says where we are.
  const variables = {
    filter,
    get after() {
      return cursor;
    },
  };
  const stop = socket.subscribe<DeliveryUpdatesSubscription>(
    { query, variables },
    {
      next: ({ data, errors }) => {
        if (isOver) return;
        if (errors || !data) return end();
        cursor = data.deliveryUpdated.cursor;
        onUpdate(data.deliveryUpdated);
      },
      // CURSOR_EXPIRED as much as anything else: only a fresh start helps.
      error: end,
      complete: end,
    },
  );
  return () => {
    isOver = true;
    stop();
  };
}
