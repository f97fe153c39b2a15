import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { limits } from '../../config/index.ts';
import { nativeCollection } from '../../src/mongo/index.ts';
import { wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { lastCodeTo, typePassword } from '../support/new-device.ts';
import { citizen } from '../support/people.ts';
import { race, tally } from '../support/race.ts';
import { startSmsGateway, type SmsGatewayPeer } from '../support/sms-gateway-peer.ts';

const minute = 60_000;

let idp: TestCivicId;
let gateway: SmsGatewayPeer;
let passed = 0;
let phone: string;
let phoneCount = 0;

beforeAll(async () => {
  gateway = await startSmsGateway();
  idp = await startCivicId({ newDeviceCodes: true, channels: { sms: gateway.channel() } });
});
afterAll(async () => {
  await idp.stop();
  await gateway.close();
});
beforeEach(async () => {
  phoneCount += 1;
  phone = `+7999${String(phoneCount).padStart(3, '0')}0000`;
  for (const name of ['sms_counts', 'code_sends']) await nativeCollection(idp.connection, name).deleteMany({});
});

const pass = async (minutes: number): Promise<void> => {
  passed += minutes * minute;
  await idp.age(minutes);
};
/** 'sent', or after how many minutes the next one may go. */
const send = async (subject = phone): Promise<number | 'sent'> => {
  const reserved = await idp.app.services.sends.reserve(subject, limits.codeSends);
  return reserved.outcome === 'reserved' ? 'sent' : Math.round((Number(reserved.until) - Date.now() - passed) / minute);
};

describe('codes to one phone or e-mail', () => {
  it('go once a minute', async () => {
    expect(await send()).toBe('sent');
    expect(await send()).toBe(1);
    await pass(59 / 60);
    expect(await send()).toBe(0); // a second is left
    await pass(2 / 60);
    expect(await send()).toBe('sent');
  });

  it('go three times in 15 minutes, five times an hour and ten times a day, and it is told when the next may go', async () => {
    const seen: (number | 'sent')[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      seen.push(await send());
      await pass(2);
    }
    expect(seen).toEqual(['sent', 'sent', 'sent']);
    expect(await send()).toBe(9); // at minute 6: the first was at 0

    await pass(9.1);
    expect([await send(), await send()]).toEqual(['sent', 2]); // the second was at minute 2
    await pass(2.1);
    expect(await send()).toBe('sent'); // the fifth within the hour
    await pass(20);
    expect(await send()).toBe(23); // at minute 37

    await pass(23.1);
    for (let turn = 0; turn < 5; turn += 1) {
      expect(await send()).toBe('sent');
      await pass(16);
    }
    expect(await send()).toBe(24 * 60 - 140); // ten have gone; the first was 140 minutes ago
    await pass(24 * 60 - 139);
    expect(await send()).toBe('sent');
  });

  it('are asked for in vain without counting: whoever asks too often waits no longer for it', async () => {
    await send();
    for (let turn = 0; turn < 30; turn += 1) expect(await send()).not.toBe('sent');
    await pass(1.01);
    expect(await send()).toBe('sent');
  });

  it('are counted for each destination alone, which does not stand in the database', async () => {
    expect([await send(), await send('anna@example.org')]).toEqual(['sent', 'sent']);
    const stored = JSON.stringify(await nativeCollection(idp.connection, 'code_sends').find().toArray());
    expect(stored).not.toContain('anna');
    expect(stored).not.toContain(phone.slice(1));
  });

  it('go once when twenty are asked for in the same moment', async () => {
    const { won } = await race(20, () => send());
    expect(tally(won)).toEqual({ sent: 1, '1': 19 });
  });
});

describe('SMS cost money', () => {
  const admit = (to: string, network = '192.0.2.0/24') => idp.app.services.smsGuard.admit(to, network);
  const numberOf = (index: number, range = '+7900555') => `${range}${String(index).padStart(4, '0')}`;
  const countAdmitted = async (count: number, one: (index: number) => Promise<boolean>): Promise<number> => {
    let admitted = 0;
    for (let index = 0; index < count; index += 1) admitted += (await one(index)) ? 1 : 0;
    return admitted;
  };

  it('and go ten times an hour from one network, to however many people', async () => {
    expect(await countAdmitted(15, (index) => admit(numberOf(index, `+79${String(index).padStart(5, '0')}`)))).toBe(10);
    expect(await admit(numberOf(1, '+7911111'), '198.51.100.0/24')).toBe(true);
    await pass(61);
    expect(await admit(numberOf(2, '+7911111'))).toBe(true);
  });

  it('and go fifty times an hour to numbers in a row, from however many networks', async () => {
    expect(await countAdmitted(55, (index) => admit(numberOf(index), `10.0.${index}.0/24`))).toBe(50);
    expect(await admit(numberOf(1, '+7900556'), '10.1.0.0/24')).toBe(true);
    await pass(61);
    expect(await admit(numberOf(99), '10.2.0.0/24')).toBe(true);
  });

  it('and a network that has used up its share takes nothing from the people of a range', async () => {
    await countAdmitted(80, (index) => admit(numberOf(index)));
    expect(await admit(numberOf(99), '198.51.100.0/24')).toBe(true);
  });

  it('and stop for all when of a hundred in a day fewer than a fifth were used', async () => {
    const spread = (index: number) =>
      admit(numberOf(index, `+79${String(index).padStart(5, '0')}`), `10.0.${index}.0/24`);
    expect(await countAdmitted(100, spread)).toBe(100);
    for (let used = 0; used < 19; used += 1) await idp.app.services.smsGuard.noteUsed();
    expect(await spread(101)).toBe(false);

    await idp.app.services.smsGuard.noteUsed();
    expect(await spread(102)).toBe(true); // a hundred and one, of which 20 were used
    expect(await spread(103)).toBe(false);
    await pass(25 * 60 + 1);
    expect(await spread(104)).toBe(true);
  });

  it('and nothing stops while people use them', async () => {
    const spread = async (index: number) => {
      await idp.app.services.smsGuard.noteUsed();
      return admit(numberOf(index, `+79${String(index).padStart(5, '0')}`), `10.0.${index}.0/24`);
    };
    expect(await countAdmitted(130, spread)).toBe(130);
  });

  it('and where one may not go, the code goes by e-mail, or the person waits who has none', async () => {
    const [anna, ivan] = [citizen('anna'), citizen('ivan')];
    await nativeCollection<{ _id: string }>(idp.connection, 'accounts').updateOne(
      { _id: ivan.id },
      { $set: { 'email.confirmedAt': null } },
    );
    await countAdmitted(10, (index) => admit(numberOf(index), '127.0.0.0/24'));

    const { agent, request, page } = await typePassword(idp, anna);
    expect(wordsOf(page)).toContain('We sent a code to a•••a@example.org');
    const callback = await agent.submit(page, { code: await lastCodeTo(idp, String(anna.email)) });
    expect((await request.finish(callback.url)).claims()).toMatchObject({ amr: ['pwd'] });

    const { page: told } = await typePassword(idp, ivan);
    expect(told.status).toBe(422);
    expect(wordsOf(told)).toContain('You can get a new one in 60 minutes');
    expect(gateway.textsTo(String(ivan.phone))).toEqual([]);
  });
});
