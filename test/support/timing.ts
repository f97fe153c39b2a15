// Whether two things take the same time, on a machine that is busy with others.
const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

const timeOf = async (work: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
};

/** One try at it; what belongs to no answer is prepared before the clock starts. */
export type Sample = (index: number) => Promise<() => Promise<unknown>>;

const ratioOf = async (one: Sample, other: Sample, times: number): Promise<number> => {
  const [ones, others]: [number[], number[]] = [[], []];
  for (let index = 0; index < times; index += 1) {
    const [first, second] = [await one(index), await other(index)];
    // In turn and each first as often: what slows the machine down slows both.
    if (index % 2 === 0) ones.push(await timeOf(first));
    others.push(await timeOf(second));
    if (index % 2 === 1) ones.push(await timeOf(first));
  }
  const [a, b] = [median(ones), median(others)];
  return Math.max(a, b) / Math.min(a, b);
};

/** How many times longer the slower one takes, by medians; the best of three rounds, since a neighbour can spoil one. */
export const ratioOfMedians = async (one: Sample, other: Sample, times = 60): Promise<number> => {
  let best = Infinity;
  for (let round = 0; round < 3 && best > 1.1; round += 1) best = Math.min(best, await ratioOf(one, other, times));
  return best;
};
