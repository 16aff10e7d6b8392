import { stringifyDocument } from '@urql/core';
import type { Client } from 'graphql-ws';
import type { DeliveryFilter, DeliveryUpdatesSubscription } from '../../../generated/graphql.ts';
import { UpdatesSubscription } from './log-documents.ts';

export type DeliveryUpdate = DeliveryUpdatesSubscription['deliveryUpdated'];

export interface FollowOptions {
  readonly filter: DeliveryFilter;
  /** A feed cursor. The first update is the one directly after it. */
  readonly after: string;
  readonly onUpdate: (update: DeliveryUpdate) => void;
  /**
   * Called when updates were lost and the subscription has ended. The caller must load the list again and follow from
   * its cursor.
   */
  readonly onLost: () => void;
}

const query = stringifyDocument(UpdatesSubscription);

/**
 * Subscribes to the deliveries of a filter. After a reconnection the subscription continues after the last received
 * update.
 * @returns a function that unsubscribes.
 */
export function followUpdates(socket: Client, { filter, after, onUpdate, onLost }: FollowOptions): () => void {
  let cursor = after;
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    onLost();
  };
  // The socket sends these variables again after a reconnection, and the getter then returns the last cursor.
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
      // Every error, for example CURSOR_EXPIRED, requires that the list is loaded again.
      error: end,
      complete: end,
    },
  );
  return () => {
    isOver = true;
    stop();
  };
}
