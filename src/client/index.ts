export { type Client, type ClientOptions, createClient, type Document, type RequestOptions } from './client.ts';
export {
  cancelDelivery,
  type Delivery,
  type DeliveryPage,
  getDelivery,
  iterateDeliveries,
  type ListOptions,
  listDeliveries,
  replayDelivery,
  retryDelivery,
} from './deliveries.ts';
export { LivehookError } from './errors.ts';
export { type NewEvent, type PublishedEvent, publishEvent, publishEvents } from './events.ts';
export type { DeliveryFilter, DeliveryOrder, DeliveryStatus, FailureReason } from './generated/graphql.ts';
export { createLiveList, type LiveList, type LiveListOptions, type LiveListStore } from './live-list.ts';
export { type VerifyOptions, verifyWebhook, type WebhookHeaders } from './verify-webhook.ts';
export { type DeliveryUpdate, type WatchOptions, watchDeliveries } from './watch.ts';
