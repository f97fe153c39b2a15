/** Where a person is in their account, as far as the journal may know. */
export interface AccountVisit {
  clientId: undefined;
  requestId: string;
  network: string;
  device: string;
}
