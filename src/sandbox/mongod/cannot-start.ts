/** The local start is impossible; the message is one sentence for the person who typed the command. */
export class CannotStart extends Error {
  override name = 'CannotStart';
}
