import { afterEach, describe, expect, it } from '@jest/globals';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { startMailPeer, type MailPeer } from '../support/mail-peer.ts';
import { allAreSent, anEmail, aWhile, failuresIn, hasFailed, rawMessages, writeMessage } from '../support/messages.ts';

let idp: TestCivicId;
let peer: MailPeer;
afterEach(async () => {
  await idp.stop();
  await peer.close();
});

const start = async (peerOptions: Parameters<typeof startMailPeer>[0] = {}, query = ''): Promise<void> => {
  peer = await startMailPeer(peerOptions);
  const email = { url: `${peer.url}/${query}`, from: 'no-reply@id.example.org', timeoutSeconds: 1 };
  idp = await startCivicId({ isProduction: true, channels: { email } });
};

describe('an e-mail', () => {
  it('arrives as it was written: Cyrillic subject and text, from us, to one person', async () => {
    await start();
    const text = 'Здравствуйте.\n\nКод: 004217\n\n.точка в начале строки\nОчень длинная строка '.padEnd(1500, 'ё');
    await writeMessage(idp, { ...anEmail, subject: 'Код для входа — «Civic ID»', text });
    await allAreSent(idp);

    const [received] = peer.received;
    expect(received).toMatchObject({ recipients: ['anna@example.org'], sender: 'no-reply@id.example.org' });
    expect(received?.mail).toMatchObject({
      subject: 'Код для входа — «Civic ID»',
      from: { address: 'no-reply@id.example.org' },
      to: [{ address: 'anna@example.org' }],
      attachments: [],
    });
    expect(received?.mail.text?.trimEnd()).toBe(text);
    expect(received?.mail.headers).toContainEqual(
      expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
    );
  });

  it('says the same Message-ID at every try, so that a mailbox can tell a second copy', async () => {
    await start();
    peer.refuse('messages', 451);
    await writeMessage(idp, anEmail);
    await hasFailed(idp, 1);
    peer.refuse('messages', 0);
    await idp.age(1);
    await allAreSent(idp);
    expect(peer.received[0]?.mail.messageId).toBe(`<${String((await rawMessages(idp))[0]?._id)}@civic-id>`);
  });

  it('has one recipient and our headers alone, whatever stands in address, name, subject or text', async () => {
    const evil = 'eve@evil.example';
    const tried = [
      { subject: `Код\r\nBcc: ${evil}\r\nX-Evil: yes` },
      { subject: `Код\n\nПереведите деньги` },
      { subject: `Код\rBcc: ${evil}\rX-Evil: yes` },
      { to: `anna@example.org\r\nBcc: ${evil}` },
      { to: `anna@example.org>\r\nRCPT TO:<${evil}` },
      { to: `anna@example.org, ${evil}` },
      { to: `"Anna\r\nBcc: ${evil}" <anna@example.org>` },
      { text: `Код\r\n.\r\nMAIL FROM:<${evil}>\r\nRCPT TO:<${evil}>\r\nDATA\r\n` },
      { text: `Bcc: ${evil}\r\nX-Evil: yes\r\n\r\nКод` },
    ];
    await start();
    for (const changes of tried) await writeMessage(idp, { ...anEmail, ...changes });
    await writeMessage(idp, { ...anEmail, subject: 'the next one' });
    await aWhile();

    expect(peer.received.map(({ mail }) => mail.subject)).toContain('the next one');
    for (const { recipients, mail } of peer.received) {
      expect(recipients).toHaveLength(1);
      expect(recipients).not.toContain(evil);
      expect([mail.cc ?? [], mail.bcc ?? []].flat()).toEqual([]);
      for (const { key } of mail.headers) expect(['x-evil', 'bcc', 'cc']).not.toContain(key);
    }
  });
});

describe('the mail server', () => {
  it('may speak TLS from the first byte and ask for a password', async () => {
    await start({ isTls: true, user: 'civic', password: 'mail-password' }, '?tls.rejectUnauthorized=false');
    await writeMessage(idp, anEmail);
    await allAreSent(idp);
    expect(peer.received[0]).toMatchObject({ isEncrypted: true, recipients: ['anna@example.org'] });
  });

  it('gets nothing where its certificate is nobody’s', async () => {
    await start({ isTls: true });
    await writeMessage(idp, anEmail);
    await hasFailed(idp, 1);
    expect(peer.received).toEqual([]);
    expect(failuresIn(idp)[0]).toMatchObject({ channel: 'email', tries: 1 });
  });

  it('that knows us not is tried again, and the log says why in a word', async () => {
    await start({ user: 'civic', password: 'mail-password' });
    await idp.stop();
    const url = peer.url.replace('mail-password', 'another');
    idp = await startCivicId({
      isProduction: true,
      channels: { email: { url, from: 'a@b.example', timeoutSeconds: 1 } },
    });
    await writeMessage(idp, anEmail);
    await hasFailed(idp, 1);
    expect(failuresIn(idp)).toEqual([{ channel: 'email', tries: 1, code: 'EAUTH 535' }]);
    expect(idp.logLines.join()).not.toMatch(/anna|another|mail-password|127\.0\.0\.1/);
    expect(await idp.app.services.delivery.isDown('email')).toBe(true);
  });

  it('that does not want one mailbox is not down for all the others', async () => {
    await start();
    peer.refuse('recipients', 550);
    await writeMessage(idp, anEmail);
    await hasFailed(idp, 1);
    expect(failuresIn(idp)).toEqual([{ channel: 'email', tries: 1, code: 'EENVELOPE 550' }]);
    expect(await idp.app.services.delivery.isDown('email')).toBe(false);

    peer.refuse('recipients', 0);
    await idp.age(14);
    await aWhile();
    expect(peer.received).toEqual([]); // not asked again for a quarter of an hour
    await idp.age(2);
    await allAreSent(idp);
  });

  it('that wants nothing now is down, until it takes something', async () => {
    await start();
    peer.refuse('recipients', 451);
    await writeMessage(idp, anEmail);
    await hasFailed(idp, 1);
    expect(await idp.app.services.delivery.isDown('email')).toBe(true);
    expect(await idp.app.services.delivery.isDown('sms')).toBe(false);

    peer.refuse('recipients', 0);
    await idp.age(1);
    await allAreSent(idp);
    expect(await idp.app.services.delivery.isDown('email')).toBe(false);
  });
});
