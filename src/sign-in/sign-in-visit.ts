/** Who signs in where, as far as the journal may know. */
export interface SignInVisit {
  clientId: string;
  requestId: string;
  network: string;
  device: string;
}
