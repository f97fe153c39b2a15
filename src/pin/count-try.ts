// How one try at a PIN is counted, before it is compared and by the database itself.

/** `inARow` wrong tries lock the PIN, and `inWindow` within `windowDays`, whatever was right between them. */
export interface PinLimits {
  inARow: number;
  inWindow: number;
  windowDays: number;
}

const dayMilliseconds = 24 * 3600 * 1000;
const settleMilliseconds = 30_000;

interface Counting {
  digits: 4 | 6;
  limits: PinLimits;
  time: object;
  id: string;
}

/** Counts one try unless the PIN is locked or outdated; it was counted when its id stands among the failures afterwards. */
export const countTry = ({ limits: { inARow, inWindow, windowDays }, digits, time, id }: Counting) => {
  const since = { $subtract: ['$time', windowDays * dayMilliseconds] };
  const isOfToday = { $eq: [{ $ifNull: ['$digits', digits] }, digits] };
  const isFree = [{ $lt: ['$tries', inARow] }, { $lt: [{ $size: '$failures' }, inWindow] }];
  const mayTry = { $and: [{ $eq: ['$lockedAt', null] }, isOfToday, ...isFree] };
  // The try that filled the window was never settled: whoever counted it is gone, and the lock must not slide away.
  const isFull = { $gte: [{ $size: '$failures' }, inWindow] };
  const isOld = { $lt: [{ $max: '$failures.at' }, { $subtract: ['$time', settleMilliseconds] }] };
  const wasLeft = { $and: [{ $eq: ['$lockedAt', null] }, isFull, isOld] };
  return [
    { $set: { time } },
    { $set: { failures: { $filter: { input: '$failures', cond: { $gt: ['$$this.at', since] } } } } },
    { $set: { mayTry } },
    {
      $set: {
        tries: { $cond: ['$mayTry', { $add: ['$tries', 1] }, '$tries'] },
        failures: { $cond: ['$mayTry', { $concatArrays: ['$failures', [{ id, at: '$time' }]] }, '$failures'] },
        lockedAt: { $cond: [wasLeft, '$time', '$lockedAt'] },
      },
    },
    { $unset: ['time', 'mayTry'] },
  ];
};
