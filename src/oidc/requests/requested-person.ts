// A service may name the person it expects; whoever else signs in is not passed on in their place (ATT-S05).
import { errors, type KoaContextWithOIDC } from 'oidc-provider';

const subjectOf = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null || !('value' in value)) return undefined;
  return typeof value.value === 'string' ? value.value : undefined;
};

const hintedSubject = async ({ oidc }: KoaContextWithOIDC): Promise<string | undefined> => {
  const hint = oidc.params?.['id_token_hint'];
  if (typeof hint !== 'string' || oidc.client === undefined) return undefined;
  const { payload } = await oidc.provider.IdToken.validate(hint, oidc.client);
  return typeof payload['sub'] === 'string' ? payload['sub'] : undefined;
};

interface Needs {
  /** The `sub` by which this client knows the account. */
  subjectFor: (ctx: KoaContextWithOIDC, accountId: string) => Promise<string>;
}

/** True when somebody else than the person asked for is signed in. Throws `login_required` once they have just signed in as somebody else. */
export const createIsSomebodyElse =
  ({ subjectFor }: Needs) =>
  async (ctx: KoaContextWithOIDC): Promise<boolean> => {
    const { claims, session, result } = ctx.oidc;
    const expected = [await hintedSubject(ctx), subjectOf(claims.id_token?.['sub'])].filter((sub) => sub !== undefined);
    if (expected.length === 0 || session?.accountId === undefined) return false;

    const subject = await subjectFor(ctx, session.accountId);
    if (expected.every((sub) => sub === subject)) return false;
    if (result?.login !== undefined) throw new errors.LoginRequired('somebody else signed in than was asked for');
    return true;
  };
