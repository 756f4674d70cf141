// The ledger's tree, its entries and the notes on its checkpoints: schema/wire/ledger.md. Indexes and sizes are BigInt.
import { base32, refuse, require, same, sha256, signatureHolds, u, utf8 } from './wire.mjs';

const badProof = ['ledger.md 6', 'a proof does not lead to the checkpoint', 'bằng chứng không dẫn tới điểm chốt sổ cái'];
const node = (left, right) => sha256(Buffer.from([1]), left, right);

/** Section 1: type 1 is a segment's entry, type 2 a statement's. */
export const entryOf = (type, hash, receipt) => Buffer.concat([Buffer.from([1, type]), hash, u(64, receipt)]);
export const leafOf = (entry) => sha256(Buffer.from([0]), entry);

/** Section 6, RFC 9162 section 2.1.3.2: the hash is leaf number index of the tree with that size and root. */
export function included(hash, index, size, root, path) {
  require(index < size, ...badProof);
  let [fn, sn, r] = [index, size - 1n, hash];
  for (const p of path) {
    require(sn !== 0n, ...badProof);
    if (fn & 1n || fn === sn) {
      r = node(p, r);
      while (!(fn & 1n) && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      r = node(r, p);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  require(sn === 0n && same(r, root), ...badProof);
}

/** Section 6, RFC 9162 section 2.1.4.2: the larger tree continues the smaller one. The smaller has a leaf at least. */
export function continues(size1, root1, size2, root2, path) {
  require(size1 <= size2, ...badProof);
  if (size1 === size2) return require(path.length === 0 && same(root1, root2), ...badProof);
  const whole = (size1 & (size1 - 1n)) === 0n; // a power of two: the smaller root is the first hash, and not in the path
  const hashes = whole ? [root1, ...path] : path;
  require(path.length > 0, ...badProof);
  let [fn, sn] = [size1 - 1n, size2 - 1n];
  while (fn & 1n) [fn, sn] = [fn >> 1n, sn >> 1n];
  let [fr, sr] = [hashes[0], hashes[0]];
  for (const c of hashes.slice(1)) {
    require(sn !== 0n, ...badProof);
    if (fn & 1n || fn === sn) {
      [fr, sr] = [node(c, fr), node(c, sr)];
      while (!(fn & 1n) && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      sr = node(sr, c);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return require(sn === 0n && same(fr, root1) && same(sr, root2), ...badProof);
}

const badNote = ['ledger.md 3', 'the checkpoint is not a signed note', 'điểm chốt sổ cái không đúng mẫu'];
function fromBase64(text) {
  const bytes = Buffer.from(text, 'base64');
  require(bytes.toString('base64') === text, ...badNote); // padding, and zero spare bits
  return bytes;
}

/** Section 3: text and signature lines. Whether one counts is asked by key: signedBy. */
export function readNote(bytes) {
  require(bytes.length <= 128 * 1024, ...badNote);
  const whole = utf8(bytes);
  require(!/[\x00-\x09\x0b-\x1f]/.test(whole) && whole.endsWith('\n'), ...badNote);
  const cut = whole.lastIndexOf('\n\n');
  require(cut >= 0, ...badNote);
  const lines = whole.slice(cut + 2, -1).split('\n');
  require(lines.length <= 32, ...badNote);
  const signatures = lines.map((line) => {
    const [, name, data] = /^\u2014 ([^+\p{White_Space}]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? refuse(...badNote);
    const data64 = fromBase64(data);
    require(Buffer.byteLength(name) <= 256 && data64.length > 4, ...badNote);
    return { name, id: data64.subarray(0, 4), signature: data64.subarray(4) };
  });
  return { text: whole.slice(0, cut + 1), signatures };
}

/** Section 3: has the key signed? A line of that key which does not hold spoils the note. The time of type 4, else true. */
export function signedBy(note, name, type, key) {
  const id = sha256(Buffer.from(`${name}\n`), Buffer.from([type]), key).subarray(0, 4);
  let said = null;
  for (const line of note.signatures.filter((s) => s.name === name && same(s.id, id))) {
    let message = note.text;
    let signature = line.signature;
    said = true;
    if (type === 4) {
      require(signature.length === 72, ...badNote);
      said = signature.readBigUInt64BE(0);
      require(said < 1n << 63n, ...badNote);
      message = `cosignature/v1\ntime ${said}\n${note.text}`;
      signature = signature.subarray(8);
    }
    require(signatureHolds(key, Buffer.from(message), signature), 'ledger.md 3', 'a signature on the checkpoint does not hold',
      'chữ ký trên điểm chốt sổ cái không đúng');
  }
  return said;
}

/** Section 4: the checkpoint that the note's text says, of the ledger with that origin. */
export function readCheckpoint(text, origin) {
  const bad = ['ledger.md 4', 'the checkpoint is not one of this realm', 'điểm chốt không phải của hệ thống này'];
  const [name, decimal, root64, ...more] = text.slice(0, -1).split('\n');
  require(name === origin && /^(0|[1-9][0-9]{0,18})$/.test(decimal ?? '') && root64 && !more.includes(''), ...bad);
  const [size, root] = [BigInt(decimal), fromBase64(root64)];
  require(size <= 1n << 62n && root.length === 32, ...bad);
  return { size, root };
}

/** Section 7, and the ledger's own name: statement.md. */
export const witnessName = (device) => `gandan-witness/${base32(device)}`;
export const originOf = (realm) => `gandan-ledger/${base32(realm.subarray(0, 16))}`;
