/** What is known of who asks, and the service that they came from. */
export interface RecoveryVisit {
  requestId: string;
  network: string;
  device: string;
  clientId: string | undefined;
}
