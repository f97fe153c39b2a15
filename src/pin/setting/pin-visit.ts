/** Who sets a PIN where, as far as the journal may know, and the service that they came from. */
export interface PinVisit {
  requestId: string;
  network: string;
  device: string;
  clientId: string | undefined;
}
