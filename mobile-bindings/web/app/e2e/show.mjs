// The app to try: a small province with a server and each role's screens; prints the addresses and waits for Ctrl-C.
import { kPassphrase, World } from './world.mjs';

const world = new World();
const end = () => {
  world.stop();
  process.exit(0);
};
process.on('SIGINT', end);
process.on('SIGTERM', end);
console.log('Đang lập một tỉnh nhỏ… (making a small province)');
await world.make();
world.visits('phone', 12);
for (const name of ['phone', 'office', 'supervisor']) world.sync(name, ...(name === 'supervisor' ? ['--keep-ledger'] : []));
console.log(`\nMật khẩu của mọi sổ (the passphrase of every vault): ${kPassphrase}`);
for (const [name, title] of [['phone', 'cán bộ xã (cadre)'], ['office', 'cơ quan tiếp nhận (office)'], ['supervisor', 'giám sát (supervisor)'], ['admin', 'quản trị (administrator)']])
  console.log(`  ${title}: ${(await world.screens(name)).address}`);
console.log(`  điện thoại mới, lõi chạy trong trình duyệt (a new phone, the core in the browser): ${world.serverAddress}/`);
console.log(`\nMáy chủ (the server, for “Gửi và nhận”): ${world.serverAddress}   ${world.folder}/server.pem`);
console.log('Ctrl-C: dừng và xoá (ends, and removes all of it)');
