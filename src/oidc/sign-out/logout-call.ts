/** One service and the session as that service knows it. */
export interface LogoutCall {
  clientId: string;
  accountId: string;
  sid: string;
}
