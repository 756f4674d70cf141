// What a proof showed, as plain values for printing and for programs: schema/wire/proof.md section 3.
import { isSuspect } from './proof.mjs';
import { instantText } from './segment.mjs';
import { roles } from './statement.mjs';
import { base32, hex, isZero } from './wire.mjs';

/** The names are those of 'gandan audit verify-proof --json'. */
export function reportOf(shown, fingerprint) {
  const changes = shown.segments.flatMap((s) => s.ops.map(({ op }) => ({
    path: op.path, value: op.value, type: op.type, written_at: instantText(op.stamp.hlc >> 16n), suspect: isSuspect(op, s.notAfter),
    not_before: s.notBefore === null ? null : instantText(s.notBefore), not_after: instantText(s.notAfter),
    device: base32(s.feed.device), role: roles[s.role], accepted: s.accepted, unit: base32(s.feed.unit),
    holder: isZero(op.holder) ? null : base32(op.holder), sequence: Number(s.stub.sequence), ledger_index: Number(s.index),
    stamp: op.stamp.hlc, key: `${op.stamp.hlc} ${hex(op.stamp.feed)}`, replaces: op.replaces.map((r) => `${r.hlc} ${hex(r.feed)} ${op.path}`),
  })));
  const replaced = new Set(changes.flatMap((c) => c.replaces));
  changes.sort((a, b) => (a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : 0));
  for (const c of changes) c.replaced = replaced.has(`${c.key} ${c.path}`);
  const witnesses = shown.witnesses.map((w) => ({ device: base32(w.id), time: instantText(w.time * 1000n) }));
  return { record: base32(shown.record), fingerprint, ledger_size: Number(shown.checkpoint.size), witnesses, changes };
}
