export { createDelivery, type Delivery, type DeliveryChannels } from './delivery.ts';
export type { Channel, Message, MessagePurpose } from './message.ts';
export { outboxIndexes } from './outbox-store.ts';
