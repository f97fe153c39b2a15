/** Who signs in where, as far as the journal may know. */
export interface SignInVisit {
  /** Undefined in the account itself. */
  clientId: string | undefined;
  requestId: string;
  network: string;
  device: string;
}
