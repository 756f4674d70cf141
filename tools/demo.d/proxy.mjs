// A test proxy that stands between a device and the server with a certificate of the demonstration's own CA: it sees
// what TLS protects, writes it down, and can cut a connection. No dependencies.
//
//   node proxy.mjs --folder DIR --port-file FILE --upstream PORT --cert PEM --key PEM --ca PEM
//
// DIR/wire-N.up and DIR/wire-N.down: decrypted bytes of connection N, device to server and back. A file DIR/cut with a
// number in it cuts the next connection once so many percent of the first request's body have gone to the server.
// DIR/upstream, when present, holds another port of the server: a proxy outlives servers.
import fs from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';

const options = {};
for (let i = 2; i < process.argv.length; i += 2) options[process.argv[i].replace(/^--/, '')] = process.argv[i + 1];
const folder = options.folder;
const ca = fs.readFileSync(options.ca);
let count = 0;

// How many bytes may pass: the file's percentage of the request whose head `start` begins with.
function takeCut(start) {
  const file = path.join(folder, 'cut');
  if (!fs.existsSync(file)) return Infinity;
  const percent = Number(fs.readFileSync(file, 'utf8'));
  fs.unlinkSync(file);
  const text = start.toString('latin1');
  const length = Number(text.match(/^content-length: *(\d+)/im)[1]);
  return text.indexOf('\r\n\r\n') + 4 + Math.floor((length * percent) / 100);
}

function upstreamPort() {
  const file = path.join(folder, 'upstream');
  return Number(fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : options.upstream);
}

const server = tls.createServer(
  { cert: fs.readFileSync(options.cert), key: fs.readFileSync(options.key), minVersion: 'TLSv1.3' },
  (device) => {
    const name = path.join(folder, `wire-${String(++count).padStart(3, '0')}`);
    let room;
    const above = tls.connect({ host: '127.0.0.1', port: upstreamPort(), ca, servername: 'localhost', minVersion: 'TLSv1.3' });
    const end = () => {
      device.destroy();
      above.destroy();
    };
    device.on('data', (bytes) => {
      room ??= takeCut(bytes);
      const part = bytes.subarray(0, Math.min(bytes.length, room));
      fs.appendFileSync(`${name}.up`, part);
      room -= part.length;
      // What was let through is given time to arrive before the line goes dead, as on a real network.
      above.write(part, () => { if (room <= 0) setTimeout(end, 300); });
      if (room <= 0) device.pause();
    });
    above.on('data', (bytes) => {
      if (room <= 0) return;
      fs.appendFileSync(`${name}.down`, bytes);
      device.write(bytes);
    });
    for (const side of [device, above]) {
      side.on('error', end);
      side.on('close', end);
    }
  });
server.on('tlsClientError', () => {});
server.listen(0, '127.0.0.1', () => {
  fs.writeFileSync(`${options['port-file']}.new`, String(server.address().port));
  fs.renameSync(`${options['port-file']}.new`, options['port-file']);
});
process.on('SIGTERM', () => process.exit(0));
