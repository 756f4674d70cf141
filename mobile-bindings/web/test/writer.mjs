// Saves until it is killed: prints the id of each save that was acknowledged. node writer.mjs FOLDER UNIT
import { startCore } from '../dist/node/index.js';
import { addVillage } from './realm.mjs';
import { rawKey } from './stories.mjs';

const [folder, unit] = process.argv.slice(2);
const core = startCore(folder);
await core.open({ raw_key: rawKey(0) });
for (let n = 0; ; ++n) process.stdout.write(`${await addVillage(core, unit, `Thôn ${process.pid} ${n}`)}\n`);
