// A statement's bytes, taken apart: schema/wire/statement.md, "Statement".
import { Reader, newer, prefix, require, sha256, tagged, u } from './wire.mjs';

export const roles = { 1: 'admin', 2: 'cadre', 3: 'office', 4: 'supervisor', 5: 'auditor' };
const [reasons, eraseReasons] = [4, 4];
const id = (r) => r.raw(16);
const hash = (r) => r.raw(32);
const known = (r, last) => {
  const value = r.varint();
  require(value >= 1n && value <= BigInt(last), ...newer('statement.md Statement'));
  return Number(value);
};
const epoch = (r) => ({ number: r.num(2 ** 32 - 1), commitment: hash(r), boxKey: hash(r) });

const grant = (r) => ({ signKey: hash(r), boxKey: hash(r), role: known(r, 5), unit: id(r) });
const revoke = (r) => ({ device: id(r), unit: id(r), reason: known(r, reasons) });
const accept = (r) => ({ feed: id(r), sequence: r.varint(), segment: hash(r) });
const acts = {
  1: (r) => ({ record: id(r), reason: known(r, eraseReasons) }),
  2: (r) => ({ signKey: hash(r), boxKey: hash(r), unit: id(r), person: id(r), role: 1 }),
  3: revoke,
  4: accept,
  5: (r) => ({ persons: r.num(7) }),
  6: (r) => ({ rootKey: hash(r) }),
  7: (r) => ({ needed: r.num(12), keys: r.hashes(12) }),
  8: (r) => ({ days: r.num(3650), wipe: r.bool() }),
};
const bodies = {
  1: (r) => ({ rootKey: hash(r), nonce: id(r), ledgerKey: hash(r), unit: id(r), epoch: epoch(r) }),
  2: (r) => ({ unit: id(r), parent: id(r), epoch: epoch(r) }),
  3: grant,
  4: revoke,
  5: (r) => ({ unit: id(r), epoch: epoch(r) }),
  6: (r) => ({ unit: id(r), incarnation: r.num(2 ** 32 - 1) }),
  7: (r) => ({ number: r.num(2 ** 32 - 1), hash: hash(r), size: r.num(), chunks: r.hashes(20) }),
  8: (r) => ({ unit: id(r), parent: id(r) }),
  9: accept,
  10: (r) => {
    const tag = known(r, 8);
    return { tag, act: acts[tag](r) };
  },
  11: (r) => ({ proposal: hash(r) }),
  12: (r) => ({ proposal: hash(r) }),
  13: (r) => ({ rootKey: hash(r), keys: hash(r), signatures: r.list((x) => ({ place: x.num(), signature: x.raw(64) }), 12) }),
  14: (r) => ({ record: id(r) }),
  15: (r) => ({ hold: hash(r) }),
};

/** The statement in bytes. Its hashes take the realm: the root statement's is its own, see realmOf. */
export function readStatement(bytes) {
  require(bytes.length <= 1024, 'statement.md Statement', 'a statement is too long', 'một văn bản danh bạ quá dài');
  const r = new Reader(bytes);
  require(r.varint() === 1n, ...newer('statement.md Statement'));
  const s = { type: known(r, 15), issuer: id(r), previous: hash(r), rosterSize: r.num(), rosterHead: hash(r), nonce: id(r) };
  s.body = bodies[s.type](r);
  s.unsigned = bytes.subarray(0, r.at);
  s.signature = r.raw(64);
  r.end();
  s.bytes = bytes;
  return s;
}

export const realmOf = (root) => sha256(Buffer.from('gandan/realm/v1'), root.body.rootKey, root.body.nonce);
export const messageOf = (statement, realm) => Buffer.concat([prefix('gandan/statement/v1', realm), statement.unsigned]);
export const hashOf = (statement, realm) => tagged('gandan/statement-hash/v1', realm, statement.bytes);
export const deviceId = (g) => sha256(Buffer.from('gandan/device/v1'), g.signKey, g.boxKey).subarray(0, 16);
export const rootId = (rootKey) => sha256(Buffer.from('gandan/root/v1'), rootKey).subarray(0, 16);
export const feedId = (realm, device, incarnation, unit) =>
  tagged('gandan/feed-id/v1', realm, device, u(32, incarnation), unit).subarray(0, 16);
