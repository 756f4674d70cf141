// A segment's stub, an op and the proofs that an op is in a segment: schema/wire/segment.md.
import { readLoneOp } from './columns.mjs';
import { openSiv } from './siv.mjs';
import { Reader, hex, isZero, newer, prefix, refuse, require, same, sha256, tagged, u, utf8 } from './wire.mjs';
import { inflate } from './zstd.mjs';

const malformed = ['segment.md 1', 'a segment is malformed', 'một đoạn nhật ký sai mẫu'];

/** Section 1: what a proof carries instead of the segment. */
export function readStub(bytes, realm) {
  const r = new Reader(bytes);
  require(r.varint() === 1n, ...newer('segment.md 1')); // 8 · dictionary + 1, and no dictionary is known
  const stub = { feed: r.raw(16), sequence: r.varint(), epoch: r.varint(), rosterSize: r.varint(), rosterHead: r.raw(32) };
  Object.assign(stub, { checkpointSize: r.varint(), checkpointRoot: r.raw(32), ops: r.num(256), opened: r.num(262144) });
  require(stub.ops >= 1 && stub.opened >= 1, ...malformed);
  require(stub.checkpointSize > 0n || isZero(stub.checkpointRoot), ...malformed);
  stub.opRoot = stub.ops > 1 ? r.raw(32) : null;
  stub.header = bytes.subarray(0, r.at);
  [stub.previous, stub.cipherHash] = [r.raw(32), r.raw(32)];
  require(stub.sequence > 0n || isZero(stub.previous), ...malformed);
  stub.message = Buffer.concat([prefix('gandan/segment/v1', realm), stub.header, stub.previous, stub.cipherHash]);
  stub.signature = r.raw(64);
  r.end();
  stub.hash = tagged('gandan/segment-hash/v1', realm, stub.message, stub.signature);
  return stub;
}

/** Section 7: the canonical op that the proof shows to be in the stub's segment, as {index, op}. */
export function openOpProof(bytes, stub, realm) {
  const r = new Reader(bytes);
  require(r.varint() === 1n, ...newer('segment.md 7'));
  const kind = r.varint();
  require(kind <= 1n, ...newer('segment.md 7'));
  const index = r.num();
  require(index < stub.ops, 'segment.md 7', 'an op proof is for another segment', 'bằng chứng thay đổi thuộc đoạn khác');
  require((kind === 0n) === (stub.ops > 1), 'segment.md 7', 'an op proof is of the wrong kind', 'bằng chứng thay đổi sai loại');
  const op = kind === 0n ? merkleOp(r, index, stub, realm) : keyedOp(r, stub);
  r.end();
  return { index, op: readOp(op) };
}

function merkleOp(r, index, stub, realm) {
  const [salt, op, path] = [r.raw(16), r.blob(), r.hashes(8)]; // 256 leaves at most
  let hash = tagged('gandan/op-leaf/v1', realm, stub.feed, u(64, stub.sequence), u(16, index), salt, op);
  let [first, last, used] = [index, stub.ops - 1, 0];
  for (; last > 0; first >>= 1, last >>= 1) {
    if (first === last && !(first & 1)) continue; // an odd one out has no sibling at this level
    const sibling = path[used++] ?? refuse('segment.md 7', 'an op proof is too short', 'bằng chứng thay đổi bị cụt');
    hash = first & 1 ? sha256(Buffer.from([1]), sibling, hash) : sha256(Buffer.from([1]), hash, sibling);
  }
  require(used === path.length && same(hash, stub.opRoot), 'segment.md 7', 'a change is not under the signed op root',
    'một thay đổi không nằm dưới gốc đã ký của đoạn');
  return op;
}

function keyedOp(r, stub) {
  const [key, ciphertext] = [r.blob(), r.blob()];
  require(key.length === 64 && same(sha256(ciphertext), stub.cipherHash), 'segment.md 7', 'the ciphertext is not the signed one',
    'bản mã không phải bản đã ký');
  const plain = openSiv(key, [stub.header, stub.previous], ciphertext); // section 3
  require(plain !== null, 'segment.md 3', 'the disclosed key does not open the segment', 'khoá kèm theo không mở được đoạn');
  return loneOpIn(plain, stub);
}

/** Section 4: PADMÉ, what a length is padded to. */
export function padme(length) {
  if (length <= 1) return length;
  const e = Math.floor(Math.log2(length));
  const s = Math.floor(Math.log2(e || 1)) + 1;
  const step = 2 ** Math.max(0, e - s);
  return Math.ceil(length / step) * step;
}

/** Sections 3 and 4: the op in an opened segment of one op. Whatever lengths are not as they must be is refused. */
function loneOpIn(plain, stub) {
  const bad = ['segment.md 4', 'the content of a segment is malformed', 'nội dung đoạn nhật ký sai mẫu'];
  require(plain.length > 1 && plain[0] <= 1, ...newer('segment.md 4'));
  const body = plain.subarray(1);
  const columns = plain[0] === 1 ? inflate(body, stub.opened) : { bytes: body };
  const { op, used } = readLoneOp(columns.bytes, stub);
  require(columns.used === undefined || used === columns.bytes.length, ...bad); // a frame has the columns and nothing else
  const taken = columns.used ?? used;
  require(padme(used) === stub.opened && padme(1 + taken) === plain.length && isZero(body.subarray(taken)), ...bad);
  return op;
}

const name = '[A-Za-z_][A-Za-z0-9_]*';
const item = '[0-7][0-9a-hjkmnp-tv-z]{25}';
const pathGrammar = new RegExp(`^(@${name}|${name}(\\.${name}|(?<!\\])\\[${item}\\])*((?<=\\])@${name})?)$`);

/** Section 5. Reads the canonical form, and refuses every other. */
export function readOp(bytes) {
  const r = new Reader(bytes);
  const op = { record: r.raw(16), path: r.text(400), type: Number(r.varint()) };
  require(pathGrammar.test(op.path), 'segment.md 5', 'a path is not one', 'đường dẫn trường sai mẫu');
  require(op.type in values, ...newer('segment.md 5'));
  const start = r.at;
  op.value = values[op.type](r, op);
  require(r.at - start <= 32768, 'segment.md 5', 'a value is too long', 'giá trị quá dài');
  op.stamp = readStamp(r);
  op.replaces = r.list(readStamp, 256);
  require(increasing(op.replaces, stampOrder), 'segment.md 5', 'stamps are not in order', 'các dấu thời gian sai thứ tự');
  require(!op.replaces.some((x) => stampOrder(x, op.stamp) === 0), 'segment.md 5', 'an op replaces itself', 'một thay đổi tự thay chính nó');
  [op.offset, op.saved, op.holder] = [r.varint(), r.num(65536), r.raw(16)];
  require(op.offset < BigInt(op.saved) && op.offset <= op.stamp.hlc, 'segment.md 5', 'a save is malformed', 'lần ghi sai mẫu');
  r.end();
  op.hash = sha256(bytes);
  return op;
}
const readStamp = (r) => ({ hlc: r.varint(), feed: r.raw(16) });
const stampOrder = (a, b) => (a.hlc === b.hlc ? Buffer.compare(a.feed, b.feed) : a.hlc < b.hlc ? -1 : 1);
const increasing = (list, order) => list.every((x, i) => i === 0 || order(list[i - 1], x) < 0);
export const msOf = (hlc) => hlc >> 16n;

const values = {
  0: () => null,
  1: (r) => r.bool(),
  2: (r) => r.signed(),
  3: (r) => r.text(),
  4: (r, op) => dateText((op.days = r.signed())),
  5: (r, op) => instantText((op.ms = r.signed())),
  6: (r) => {
    const raw = r.list((x) => x.blob());
    require(increasing(raw, Buffer.compare), 'segment.md 5', 'choices are not in order', 'các lựa chọn sai thứ tự');
    return raw.map(utf8);
  },
  7: (r) => `${Number(r.signed()) / 1e7}, ${Number(r.signed()) / 1e7} ± ${Number(r.varint()) / 100} m`,
  8: (r) => {
    const [file, media, size] = [r.text(), r.text(), r.varint()];
    require(r.blob().length === 32, 'segment.md 5', 'an attachment is malformed', 'tệp đính kèm sai mẫu');
    const chunks = r.hashes(1000);
    const expected = size === 0n ? 1n : (size + 131071n) / 131072n; // blob.md
    require(BigInt(chunks.length) === expected, 'blob.md', 'an attachment is malformed', 'tệp đính kèm sai mẫu');
    return `${file} (${media}, ${size} bytes; ${chunks.map(hex).join(' ')})`;
  },
  9: (r) => `[sealed.md: ${r.blob().length} bytes]`,
  10: (r) => `[personal.md: ${r.blob().length} bytes]`,
  11: (r, op) => {
    const seen = r.list((x) => ({ feed: x.raw(16), hlc: x.varint() }));
    require(increasing(seen, (a, b) => Buffer.compare(a.feed, b.feed)), 'segment.md 5', 'a mark is malformed', 'dấu mốc sai mẫu');
    op.seen = seen;
    const [content, reason] = [r.raw(32), r.text()];
    return `[mark${isZero(content) ? '' : ` ${hex(content)}`}]${reason && ` ${reason}`}`;
  },
};
const year = 8.64e15; // what a Date can hold; beyond it the number is shown as it is
export const dateText = (d) => (Math.abs(Number(d)) * 864e5 <= year ? new Date(Number(d) * 864e5).toISOString().slice(0, 10) : `${d}`);
export const instantText = (ms) => (Math.abs(Number(ms)) <= year ? new Date(Number(ms)).toISOString() : `${ms} ms`);
