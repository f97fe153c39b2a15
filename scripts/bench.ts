// npm run bench: what a sign-in or a token costs, beside the bare engine in memory, in turns on the same machine.
import { compareSync, hashSync } from 'bcrypt';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../config/index.ts';
import { newWorker, operations, type Operation, type Target, type Worker } from './bench/operations.ts';
import { cpuSecondsOf, startBareEngine, startCivicId, type Commands } from './bench/processes.ts';

const rounds = 3;
const mostWorkers = 8;

/** People of the sandbox who can sign in. */
const people = [
  { identifier: '+79000000001', password: 'anna-likes-quiet-rivers' },
  { identifier: '+79000000002', password: 'ivan-walks-to-the-station' },
  { identifier: '+79000000003', password: 'emily-paints-blue-doors' },
  { identifier: '+79000000004', password: 'joao-repairs-old-radios' },
];

interface Measure {
  done: number;
  appSeconds: number;
  mongodSeconds: number;
  commands: Commands;
}
const nothing: Measure = { done: 0, appSeconds: 0, mongodSeconds: 0, commands: { reads: 0, writes: 0 } };

interface Measured extends Target {
  workers: Worker[];
  /** Everything used and asked up to now. */
  used: () => Promise<Omit<Measure, 'done'>>;
  measures: Map<Operation, Measure>;
}

const prepare = async (target: Target, used: Measured['used']): Promise<Measured> => {
  const workers: Worker[] = [];
  while (workers.length < mostWorkers) workers.push(await newWorker(target, workers.length));
  return { ...target, workers, used, measures: new Map() };
};

/** Runs for its time on each worker; answers how often it was done. */
const work = async (target: Measured, { run, workers, milliseconds }: Operation): Promise<number> => {
  const until = performance.now() + milliseconds;
  let done = 0;
  const busy = target.workers.slice(0, workers).map(async (worker) => {
    while (performance.now() < until) {
      await run(target, worker);
      done += 1;
    }
  });
  await Promise.all(busy);
  return done;
};

const measure = async (target: Measured, operation: Operation): Promise<void> => {
  const before = await target.used();
  const done = await work(target, operation);
  const after = await target.used();
  const sum = target.measures.get(operation) ?? nothing;
  target.measures.set(operation, {
    done: sum.done + done,
    appSeconds: sum.appSeconds + after.appSeconds - before.appSeconds,
    mongodSeconds: sum.mongodSeconds + after.mongodSeconds - before.mongodSeconds,
    commands: {
      reads: sum.commands.reads + after.commands.reads - before.commands.reads,
      writes: sum.commands.writes + after.commands.writes - before.commands.writes,
    },
  });
};

const whole = (value: number): string => Math.round(value).toLocaleString('en');

const rowOf = (operation: Operation, civicId: Measured, bare: Measured): string => {
  const ours = civicId.measures.get(operation) ?? nothing;
  const theirs = bare.measures.get(operation) ?? nothing;
  const perSecond = ours.done / ours.appSeconds;
  const barePerSecond = theirs.done / theirs.appSeconds;
  const { reads, writes } = ours.commands;
  const isStored = reads + writes > ours.done / 2;
  const cells = [
    operation.name,
    whole(perSecond),
    whole(barePerSecond),
    (perSecond / barePerSecond).toFixed(2),
    isStored ? whole(ours.done / ours.mongodSeconds) : '–',
    (reads / ours.done).toFixed(1),
    (writes / ours.done).toFixed(1),
  ];
  return `| ${cells.join(' | ')} |`;
};

/** CPU milliseconds of one comparison. */
const bcryptMilliseconds = (): number => {
  const hash = hashSync('a password', 10);
  const before = process.cpuUsage();
  for (let times = 0; times < 10; times += 1) compareSync('a password', hash);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 10_000;
};

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const report = (civicId: Measured, bare: Measured): void => {
  say(`${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${availableParallelism()} cores\n`);
  say('| operation | Civic ID, per CPU-second | bare engine | ratio | per CPU-second of MongoDB | reads | writes |');
  say('| --- | --- | --- | --- | --- | --- | --- |');
  for (const operation of operations) say(rowOf(operation, civicId, bare));
  say(`\nOne bcrypt comparison (cost 10): ${bcryptMilliseconds().toFixed(0)} ms of CPU.`);
};

/** Only what is needed to find a mongod: a MONGODB_URI of somebody's real database must not be measured. */
const environmentForMongod = (): Record<string, string> => {
  const read = readEnvironment();
  if (read.outcome === 'wrong') throw new Error(read.problems.join('\n'));
  const { path, mongod } = read.environment;
  return { PATH: path, ...(mongod === undefined ? {} : { MONGOD: mongod }) };
};

const openCivicId = async (dataDir: string) => {
  const product = await startCivicId(dataDir, environmentForMongod());
  const target = {
    name: 'Civic ID',
    origin: product.origin,
    credentials: (turn: number) => ({ ...people[turn % people.length] }),
  };
  const used = async () => ({
    appSeconds: cpuSecondsOf(product.pid),
    mongodSeconds: cpuSecondsOf(product.mongodPid),
    commands: await product.countCommands(),
  });
  return { target, used, stop: product.stop };
};

const openBareEngine = async () => {
  const engine = await startBareEngine();
  const target = {
    name: 'the bare engine',
    origin: engine.origin,
    credentials: (turn: number) => ({ login: `person-${turn}`, password: 'any' }),
  };
  const used = async () => ({ ...nothing, appSeconds: cpuSecondsOf(engine.pid) });
  return { target, used, stop: engine.stop };
};

const compare = async (civicId: Measured, bare: Measured): Promise<void> => {
  const both = [civicId, bare];
  const turns = operations.flatMap((operation) => both.map((target) => ({ operation, target })));
  for (const { operation, target } of turns) await work(target, { ...operation, milliseconds: 500 }); // warm
  for (let round = 0; round < rounds; round += 1)
    for (const { operation, target } of turns) await measure(target, operation);
};

const dataDir = await mkdtemp(join(tmpdir(), 'civic-id-bench-'));
const closing: (() => Promise<void>)[] = [() => rm(dataDir, { recursive: true, force: true })];
try {
  const product = await openCivicId(dataDir);
  closing.push(product.stop);
  const engine = await openBareEngine();
  closing.push(engine.stop);

  const civicId = await prepare(product.target, product.used);
  const bare = await prepare(engine.target, engine.used);
  await compare(civicId, bare);
  report(civicId, bare);
} finally {
  for (const close of closing.reverse()) await close();
}
