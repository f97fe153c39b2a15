export { createDelivery, type Delivery, type DeliveryChannels } from './delivery.ts';
export type { Channel, Message, MessagePurpose, Transport } from './message.ts';
export { createLogoutCalls } from './logout-calls.ts';
export { outboxIndexes } from './outbox-store.ts';
export { reasonOf } from './reason.ts';
