// What changes a credential or a contact asks first whether the person at the keys is still the one who signed in (ASVS 7.5.1).

/** The person has proved who they are a moment ago, in this session. Made by the rule of `sign-in/` alone. */
export interface FreshProof {
  accountId: string;
  sessionUid: string;
  provedAt: Date;
  /** With the factor too, of whoever has one; or by a passkey alone, of whoever signed in by one alone. */
  by: 'password' | 'password+factor' | 'passkey';
}
