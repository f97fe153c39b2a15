// As much of an app as the kill tests need: claims the folder, starts a mongod where one is named, says so, and waits to be ended.
import { claimDataFolder } from '../../src/sandbox/mongod/data-folder.ts';
import { startMongod } from '../../src/sandbox/mongod/start-mongod.ts';

const [, , dataDir = '', binary] = process.argv;

const claim = await claimDataFolder(dataDir);
if (claim.outcome === 'claimed' && binary !== undefined) await startMongod({ dataDir, binary, say: () => undefined });
console.log(JSON.stringify(claim));
setInterval(() => undefined, 60_000);
