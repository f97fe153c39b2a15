// How long a password must be: 8 where it does not stand alone, 15 where it does (NIST SP 800-63B-4 §3.1.1.2).
const leastWithCodes = 8;
const leastAlone = 15;

interface Given {
  NEW_DEVICE_CODES: 'on' | 'off';
  PASSWORD_MIN?: number | undefined;
}

const leastByRule = (hasCodes: boolean): number => (hasCodes ? leastWithCodes : leastAlone);

export const passwordLeastOf = ({ NEW_DEVICE_CODES, PASSWORD_MIN }: Given): number =>
  PASSWORD_MIN ?? leastByRule(NEW_DEVICE_CODES === 'on');

interface Settled {
  newDeviceCodes: boolean;
  passwordLeast: number;
  passwordMin: number | undefined;
}

/** What the start says of the choice; a warning where PASSWORD_MIN is below the rule. */
export const tellPasswordLeast = ({ newDeviceCodes, passwordLeast, passwordMin }: Settled) => {
  const why = newDeviceCodes ? 'a new browser needs a code as well' : 'nothing else is asked for on a new browser';
  const reason = passwordMin === undefined ? `because ${why}` : 'as PASSWORD_MIN says';
  const rule = leastByRule(newDeviceCodes);
  return {
    line: `Passwords: at least ${passwordLeast} characters, ${reason}`,
    warning:
      passwordLeast < rule ? `PASSWORD_MIN is ${passwordLeast}: ${rule} characters are due, because ${why}` : undefined,
  };
};
