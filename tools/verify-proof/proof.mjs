// The proof file and the order in which it is verified: schema/wire/proof.md.
import { continues, entryOf, included, leafOf, originOf, readCheckpoint, readNote, signedBy, witnessName } from './ledger.mjs';
import { Roster } from './roster.mjs';
import { msOf, openOpProof, readStub } from './segment.mjs';
import { hashOf, readStatement, realmOf } from './statement.mjs';
import { Reader, newer, refuse, require, same, signatureHolds } from './wire.mjs';

const magic = Buffer.from('gandan-proof\n');
export const maxBytes = 16 * 1024 * 1024;
const wantsPlace = new Set([4, 8, 10, 11]); // what may end a role: revocation, move, proposal, approval

/** Verifies the file's bytes against the fingerprint (32 bytes) and says what was shown; throws Refused. */
export function verifyProof(file, fingerprint) {
  require(file.length <= maxBytes, 'proof.md 1', 'the file is too large', 'tệp quá lớn');
  require(same(file.subarray(0, magic.length), magic), 'proof.md 1', 'this is not a proof file', 'đây không phải tệp bằng chứng');
  const r = new Reader(file);
  r.raw(magic.length);
  require(r.varint() === 1n, ...newer('proof.md 1'));
  const { root, realm } = readRoot(r.blob(1024), fingerprint); // step 1, before anything behind it is decoded
  const parts = readRest(r);
  const checkpoint = readCheckpointNote(parts.note, root, realm); // step 2
  const roster = new Roster(root, realm);
  for (const s of parts.statements) verifyStatement(s, roster, checkpoint); // step 3
  const context = { roster, realm, checkpoint, named: new Map(parts.named.map((n) => [n.size, n])), used: new Set() };
  const segments = parts.segments.map((s) => verifySegment(s, context)); // steps 4 to 6
  require(context.used.size === context.named.size, 'proof.md 2.7', 'a named checkpoint belongs to no segment',
    'thừa một điểm chốt không đoạn nào nêu');
  const record = oneRecord(segments);
  return { record, realm, checkpoint, segments, witnesses: witnessesOf(checkpoint.note, roster) };
}

export function readRoot(bytes, fingerprint) {
  const root = readStatement(bytes);
  require(root.type === 1, 'proof.md 2.1', 'the file does not begin with a realm', 'tệp không bắt đầu bằng văn bản lập hệ thống');
  const realm = realmOf(root);
  require(same(hashOf(root, realm), fingerprint), 'proof.md 2.1', 'the proof is of another realm: its fingerprint is not the one given',
    'bằng chứng thuộc hệ thống khác: vân tay không khớp');
  return { root, realm };
}

export const readPlace = (r) => ({ index: r.varint(), receipt: readReceipt(r), path: r.hashes(62) });
function readReceipt(r) {
  const receipt = r.varint();
  require(receipt < 1n << 63n, 'ledger.md 1', 'a receipt is out of its range', 'thời điểm nhận ngoài giới hạn');
  return receipt;
}

export const readStatements = (r) => r.list(() => ({ bytes: r.blob(1024), place: r.bool() ? readPlace(r) : null }));
export const readNamed = (r) => r.list(() => ({ size: r.varint(), entry: r.raw(42), inclusion: r.hashes(62), consistency: r.hashes(63) }));
export const readSegments = (r) => r.list(() => ({ stub: r.blob(), place: readPlace(r), ops: r.list(() => r.blob()) }));
export const ordered = (list, of) => list.every((x, i) => i === 0 || of(list[i - 1]) < of(x));

function readRest(r) {
  const note = r.blob(128 * 1024);
  const statements = readStatements(r);
  const named = readNamed(r);
  const segments = readSegments(r);
  r.end();
  require(ordered(named, (n) => n.size) && ordered(segments, (s) => s.place.index), 'proof.md 1', 'the parts are out of order',
    'các phần sai thứ tự');
  require(segments.length > 0 && segments.every((s) => s.ops.length > 0), 'proof.md 1', 'nothing is disclosed', 'tệp không nêu thay đổi nào');
  return { note, statements, named, segments };
}

export function readCheckpointNote(bytes, root, realm) {
  const note = readNote(bytes);
  const origin = originOf(realm);
  require(signedBy(note, origin, 1, root.body.ledgerKey) !== null, 'proof.md 2.2', 'the checkpoint is not signed by the realm’s ledger key',
    'điểm chốt không có chữ ký của khoá sổ cái');
  return { ...readCheckpoint(note.text, origin), note };
}

export const underCheckpoint = (type, hash, place, { size, root }) =>
  included(leafOf(entryOf(type, hash, place.receipt)), place.index, size, root, place.path);

export function verifyStatement({ bytes, place }, roster, checkpoint) {
  const statement = readStatement(bytes);
  require((place !== null) === wantsPlace.has(statement.type), 'proof.md 1', 'a statement lacks its place, or has one too many',
    'văn bản danh bạ thiếu hoặc thừa vị trí');
  if (place) underCheckpoint(2, hashOf(statement, roster.realm), place, checkpoint);
  roster.add(statement, place?.index ?? null);
  if (place) roster.placed.push({ number: roster.heads.length - 1, index: place.index });
}

/** Step 4 without the author's right: what holds of a segment of which nothing is shown, too. */
export function verifyStub(bytes, place, { roster, realm, checkpoint }) {
  const stub = readStub(bytes, realm);
  const feed = roster.feed(stub.feed) ?? refuse('proof.md 2.4', 'a segment is of a feed that nobody opened', 'nhật ký chưa được mở');
  require(roster.headAt(stub.rosterSize)?.equals(stub.rosterHead), 'proof.md 2.4', 'a segment names a roster that never was',
    'đoạn nêu danh bạ không có thật');
  require(signatureHolds(roster.device(feed.device).signKey, stub.message, stub.signature), 'proof.md 2.4',
    'the signature of a segment does not hold', 'chữ ký của đoạn không đúng');
  underCheckpoint(1, stub.hash, place, checkpoint);
  return { stub, feed };
}

export function verifySegment({ stub: bytes, place, ops: proofs }, context) {
  const { roster, realm } = context;
  const { stub, feed } = verifyStub(bytes, place, context);
  const own = roster.writerRole(feed, Number(stub.rosterSize), place.index);
  const role = own ?? roster.acceptedRole(feed, stub);
  require(role !== undefined, 'proof.md 2.4', 'the author had no right to write there', 'người ghi không có quyền ghi tại đơn vị đó');
  const notBefore = verifyNamed(stub, place, context);
  const ops = proofs.map((p) => openOpProof(p, stub, realm)); // step 6
  require(ops.every((o, i) => i === 0 || ops[i - 1].index < o.index), 'proof.md 1', 'the parts are out of order', 'các phần sai thứ tự');
  for (const { op } of ops) {
    const stamped = roster.feed(op.stamp.feed);
    require(stamped && same(stamped.device, feed.device) && same(stamped.unit, feed.unit), 'proof.md 2.6',
      'a change carries the stamp of another device', 'một thay đổi mang dấu của máy khác');
    const maker = roster.founder(op.record);
    require(maker && same(maker.unit, feed.unit), 'proof.md 2.6', 'a change is from outside the record’s unit',
      'một thay đổi từ ngoài đơn vị của hồ sơ');
  }
  return { stub, feed, role, accepted: own === undefined, notBefore, notAfter: place.receipt, index: place.index, ops };
}

/** Step 5: the receipt of the last entry under the checkpoint that the segment names; null when it names none. */
function verifyNamed(stub, place, context) {
  if (stub.checkpointSize === 0n) return null;
  require(stub.checkpointSize <= place.index, 'proof.md 2.5', 'a segment names a ledger with itself in it', 'đoạn nêu sổ cái có chính nó');
  const receipt = stoodAt(stub.checkpointSize, stub.checkpointRoot, context);
  require(receipt <= place.receipt, 'proof.md 2.5', 'a receipt lies before the one it follows', 'thời điểm nhận lùi so với mục trước');
  return receipt;
}

/** That a ledger of this size and root is the beginning of the file's: the receipt of its last entry. */
export function stoodAt(size, root, { checkpoint, named, used }) {
  const n = named.get(size) ?? refuse('proof.md 2.5', 'a named checkpoint is missing', 'thiếu điểm chốt mà đoạn nêu');
  used.add(n.size);
  continues(n.size, root, checkpoint.size, checkpoint.root, n.consistency);
  included(leafOf(n.entry), n.size - 1n, n.size, root, n.inclusion);
  require(n.entry[0] === 1 && n.entry[1] >= 1 && n.entry[1] <= 3, ...newer('ledger.md 1'));
  return n.entry.readBigUInt64BE(34);
}

function oneRecord(segments) {
  const record = segments[0].ops[0].op.record;
  require(segments.every((s) => s.ops.every(({ op }) => same(op.record, record))), 'proof.md 2.6', 'the changes are of several records',
    'các thay đổi thuộc nhiều hồ sơ');
  return record;
}

/** Section 3 of proof.md and section 7 of ledger.md: who cosigned the file's checkpoint, by the file's own statements. */
export function witnessesOf(note, roster) {
  const found = roster.witnesses().map((w) => ({ ...w, time: signedBy(note, witnessName(w.id), 4, w.signKey) }));
  return found.filter((w) => w.time !== null);
}

/** proof.md section 3: a stamp beyond the receipt by ten minutes. */
export const isSuspect = (op, notAfter) => msOf(op.stamp.hlc) > notAfter + 600000n;
