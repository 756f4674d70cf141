// Sends recorded bytes to a server once more and prints the first line of its answer.
//   node replay.mjs PORT CA-PEM FILE
import fs from 'node:fs';
import tls from 'node:tls';

const [port, ca, file] = process.argv.slice(2);
let answer = '';
const line = tls.connect({ host: '127.0.0.1', port: Number(port), ca: fs.readFileSync(ca), servername: 'localhost' }, () =>
  line.write(fs.readFileSync(file)));
const finish = () => {
  console.log(answer.split('\r\n')[0]);
  process.exit(answer ? 0 : 1);
};
line.on('data', (bytes) => {
  answer += bytes.toString('latin1');
  setTimeout(finish, 400);
});
line.on('close', finish);
line.on('error', finish);
setTimeout(finish, 5000);
