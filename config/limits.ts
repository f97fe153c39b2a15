// Every number that a person or an attacker can run into, in one place.
const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** Times in seconds, sizes in bytes. */
export const limits = {
  form: { bytes: 16 * 1024, fields: 64 },
  server: { headersSeconds: 10, requestSeconds: 10, closeSeconds: 8 },
  /** Tries at a password for one identifier: `free` within `window`, then waits that double from `firstWait` to `longestWait`. */
  signInAttempts: { free: 10, window: 15 * minute, firstWait: 30, longestWait: 15 * minute },
  /** Characters of a password, as Unicode counts them; the least is PASSWORD_MIN. */
  password: { most: 256 },
  /** Wrong PINs: in a row, within a window whatever was right between, and within one request. After so many days people are reminded that it can be changed. */
  pin: { inARow: 5, inWindow: 20, windowDays: 30, inRequest: 3, reminderDays: 365 },
  /** On the way to a PIN: how long the password carries it, PINs looked at in one go, and how long the new one confirms nothing of high risk. */
  pinSetting: { proofSeconds: hour, mostChoices: 20, holdSeconds: day },
  /** Waiting hashes for each worker thread; at 60 ms a hash the last one waits about four seconds. */
  hashing: { queuePerThread: 64 },
  codes: { lifetime: 10 * minute, submissions: 5 },
  /** Wrong codes of one account over all its codes. */
  codeAttempts: { free: 15, window: day, firstWait: day, longestWait: day },
  /** Tries at one kind of second factor of one account; each kind has a count of its own. */
  factorAttempts: { free: 5, window: day, firstWait: minute, longestWait: hour },
  /** Questions to the registry about one account; after the wait they are counted anew. */
  levelChecks: { free: 5, window: day, windowAfterWait: 0, firstWait: day, longestWait: day },
  /** Less than the time in which every page is answered. */
  registrySeconds: 4,
  /** Codes to one phone or e-mail. */
  codeSends: [
    { seconds: minute, count: 1 },
    { seconds: 15 * minute, count: 3 },
    { seconds: hour, count: 5 },
    { seconds: day, count: 10 },
  ],
  /** Sign-ins of one account that asked for a code and never got it back. */
  unusedCodes: [{ seconds: hour, count: 3 }],
  /** Where SMS cost money: to one range of numbers, from one network, and when they are sent without being used. */
  sms: {
    perNetwork: [{ seconds: hour, count: 10 }],
    perRange: [{ seconds: hour, count: 50 }],
    breaker: { sent: 100, usedShare: 0.2 },
  },
  /** How long a journey waits for its next step. */
  flows: {
    'new-device': hour,
    registration: day,
    level: hour,
    proof: 5 * minute,
    pin: 20 * minute,
    'second-factor': hour,
    factor: 20 * minute,
    contact: 20 * minute,
    leaving: 20 * minute,
    recovery: hour,
    'passkey-add': 10 * minute,
    'passkey-sign-in': 10 * minute,
    'passkey-factor': 10 * minute,
  },
  /** Passkeys asked for in place of a password, and not answered rightly: of one browser, and of one network, behind which there may be many. */
  passkeyQuestions: {
    ofBrowser: { free: 20, window: 15 * minute, firstWait: minute, longestWait: 15 * minute },
    ofNetwork: { free: 300, window: hour, firstWait: minute, longestWait: 15 * minute },
  },
  /** Passkeys of one account. */
  passkeys: { most: 20 },
  /** How long a password that was given counts for what changes a credential or a contact. */
  freshProof: 5 * minute,
  registration: {
    perNetwork: [
      { seconds: hour, count: 10 },
      { seconds: day, count: 30 },
    ],
    /** Messages to one phone or e-mail, whoever asks for them. */
    perContact: [
      { seconds: minute, count: 1 },
      { seconds: 15 * minute, count: 3 },
      { seconds: day, count: 5 },
    ],
    /** Messages that one network asks for, whatever the contacts. */
    sendsPerNetwork: [
      { seconds: hour, count: 20 },
      { seconds: day, count: 60 },
    ],
    contactsInOne: 5,
    secondContactWithin: 15 * minute,
  },
  recovery: {
    /** Messages to one contact; a browser that its person has remembered has a count of its own (SMS-04). One a minute is for each browser: more here would hide the second channel from whoever has no SMS. */
    perContact: [
      { seconds: hour, count: 3 },
      { seconds: day, count: 10 },
    ],
    /** Messages that one network asks for, whatever the contacts. */
    sendsPerNetwork: [
      { seconds: hour, count: 30 },
      { seconds: day, count: 100 },
    ],
    /** Codes of one network that were wrong. */
    guessesPerNetwork: { free: 30, window: hour, firstWait: minute, longestWait: hour },
    /** From the right code to the new password. */
    passwordSeconds: 30 * minute,
    /** Who has no document to show and one contact waits so long, and then has so long to set the password. */
    waitSeconds: day,
    afterWaitSeconds: 2 * day,
    /** How long nothing that does much harm can be confirmed. */
    holdSeconds: day,
  },
  contacts: {
    /** How long the password carries one on, whatever time is asked for. */
    proofSeconds: hour,
    /** Messages that one account asks for, whatever the contacts. */
    sendsPerAccount: [
      { seconds: hour, count: 10 },
      { seconds: day, count: 20 },
    ],
    /** Messages to one phone or e-mail, whoever asks for them. */
    perContact: [
      { seconds: minute, count: 1 },
      { seconds: 15 * minute, count: 3 },
      { seconds: day, count: 5 },
    ],
    /** How long the contact before can be put back: no longer than the link of a notice is good. */
    revertSeconds: 72 * hour,
    /** How long a new one gives nobody their access back. */
    recoversAfterSeconds: day,
  },
  /** How long a notice can be answered with "this was not me", and how long nothing that does much harm can be confirmed after that. */
  notMe: { linkSeconds: 72 * hour, highRiskHeldSeconds: day },
  /** How long a person who asked for the deletion of their account can change their mind, and how often is looked whose time is over. */
  deletion: { afterSeconds: 7 * day, lookSeconds: 5 * minute },
  deviceSeconds: 180 * day,
  /** What a person reads of the journal. */
  history: { months: 12, onPage: 20 },
  deliverySeconds: 10,
  clientCacheSeconds: 30,
  /** A choice of language made within this time beats what the service asks for. */
  chosenLanguageSeconds: hour,
  lifetimes: {
    interaction: hour,
    interactionAtMost: 12 * hour,
    sessionAbsolute: 12 * hour,
    sessionIdle: hour,
    authorizationCode: 60,
    pushedRequest: 60,
    idToken: 10 * minute,
    accessTokenOpaque: 10 * minute,
    accessTokenJwt: 5 * minute,
    accessTokenConfirmed: 5 * minute,
    grant: 31 * day,
    refreshToken: 30 * day,
  },
  /** How long a record outlives its expiry, so that late use and reuse are recognised. */
  keptAfterExpiry: { pushedRequest: 2 * hour, codeOrRefreshToken: day, interaction: day, other: minute },
};

export type Limits = typeof limits;
