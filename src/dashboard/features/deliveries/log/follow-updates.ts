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
  /** Called when updates were missed and the subscription has ended: read the list again and follow from there. */
  readonly onLost: () => void;
}

const query = stringifyDocument(UpdatesSubscription);

/** Subscribes to the updates of a filter. After a reconnection it continues after the last update. @returns unsubscribe. */
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
