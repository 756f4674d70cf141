// Who could do what: the statements, one after the other in the ledger's order. schema/wire/statement.md, "Order and authority".
// Sizes count authority statements; a role or move that began at size n holds from the roster of that size on.
import { Acts } from './acts.mjs';
import { deviceId, feedId, hashOf, messageOf, rootId } from './statement.mjs';
import { hex, isZero, refuse, require, same, signatureHolds, tagged, zeros } from './wire.mjs';

const section = 'statement.md Order and authority';
const may = { administer: [1], write: [1, 2, 3, 4], accept: [1, 3], witness: [4, 5] };
export const denied = () => refuse(section, 'the issuer of a statement had no right to issue it', 'người ra văn bản danh bạ không có quyền');
export const wrong = () => refuse(section, 'a statement does not fit those before it', 'một văn bản danh bạ không khớp các văn bản trước');
const maxLevels = 16;

export class Roster {
  constructor(root, realm) {
    this.realm = realm;
    const { rootKey, unit, epoch } = root.body;
    require(isZero(root.previous) && root.rosterSize === 0 && isZero(root.rosterHead) && epoch.number === 1 && !isZero(unit) &&
      same(root.issuer, rootId(rootKey)), section, 'the root statement is malformed', 'văn bản lập hệ thống sai mẫu');
    require(signatureHolds(rootKey, messageOf(root, realm), root.signature), section, 'the root’s signature does not hold',
      'chữ ký của khoá gốc không đúng');
    Object.assign(this, { rootKey, top: hex(unit), heads: [zeros(32)], last: new Map(), known: new Set() });
    Object.assign(this, { devices: new Map(), feeds: new Map(), moves: [], placed: [], accepts: new Set(), schemas: [] });
    this.units = new Map([[this.top, { parents: [{ id: null, from: 1 }], epochs: [{ number: 1, origin: { from: 1, seen: 0 } }] }]]);
    this.acts = new Acts(this);
    this.#enter(root);
  }

  /** The next statement of the file; index is its ledger index where the file shows it. */
  add(s, index) {
    const hash = hashOf(s, this.realm);
    require(!this.known.has(hex(hash)), 'proof.md 2.3', 'a statement stands twice', 'một văn bản danh bạ có hai lần');
    this.#checkIssuer(s);
    const origin = { from: this.heads.length, seen: s.rosterSize, issuer: s.issuer, byRoot: same(s.issuer, rootId(this.rootKey)) };
    Object.assign(origin, { index, hash });
    require(s.type in this.#rules, section, 'a second root', 'hai văn bản lập hệ thống');
    this.#rules[s.type](s.body, origin);
    this.#enter(s);
  }

  #enter(s) {
    const hash = hashOf(s, this.realm);
    this.known.add(hex(hash));
    this.last.set(hex(s.issuer), hash);
    if (s.type !== 6) this.heads.push(tagged('gandan/roster-head/v1', this.realm, this.heads.at(-1), hash));
  }

  #checkIssuer(s) {
    const rootKey = s.type === 13 ? s.body.rootKey : this.rootKey;
    const byRoot = same(s.issuer, rootId(rootKey));
    require(byRoot || (s.type !== 13 && this.device(s.issuer)), section, 'a statement is of an unknown device', 'văn bản của máy không rõ');
    const key = byRoot ? rootKey : this.device(s.issuer).signKey;
    require(signatureHolds(key, messageOf(s, this.realm), s.signature), section, 'the signature of a statement does not hold',
      'chữ ký của một văn bản danh bạ không đúng');
    require(same(s.previous, this.last.get(hex(s.issuer)) ?? zeros(32)), section, 'the chain of an issuer is broken',
      'chuỗi văn bản của một máy bị đứt');
    require(this.headAt(s.rosterSize)?.equals(s.rosterHead), section, 'a statement names a roster that never was',
      'văn bản nêu danh bạ không có thật');
  }

  // By type; each throws where the statement is not valid. What came too late changes nothing.
  #rules = {
    2: (b, o) => {
      this.#administered(b.parent, o);
      if (isZero(b.unit) || this.units.has(hex(b.unit)) || b.epoch.number !== 1 || this.depth(hex(b.parent)) + 2 > maxLevels) wrong();
      this.units.set(hex(b.unit), { parents: [{ id: hex(b.parent), from: o.from }], epochs: [{ number: 1, origin: o }] });
    },
    3: (b, o) => {
      this.#administered(b.unit, o);
      if (this.acts.alone('grant', b, o)) this.grant(b, o);
    },
    4: (b, o) => {
      this.device(b.device) ?? wrong();
      this.#administered(b.unit, o);
      if (this.acts.alone('revoke', b, o)) this.revoke(b, o);
    },
    5: (b, o) => {
      this.#administered(b.unit, o);
      const epochs = this.units.get(hex(b.unit)).epochs;
      if (b.epoch.number < 2) wrong();
      const last = epochs.at(-1);
      if (b.epoch.number === last.number + 1 && knew(o, last.origin)) epochs.push({ number: b.epoch.number, origin: o });
    },
    6: (b, o) => {
      if (!this.units.has(hex(b.unit))) wrong();
      if (!this.wroteBy(o.issuer, hex(b.unit))) denied();
      const before = [...this.feeds.values()].filter((f) => same(f.device, o.issuer) && same(f.unit, b.unit)).length;
      if (b.incarnation !== before) wrong();
      const id = feedId(this.realm, o.issuer, b.incarnation, b.unit);
      this.feeds.set(hex(id), { id, device: o.issuer, unit: b.unit });
    },
    7: (b, o) => {
      this.#administered(Buffer.from(this.top, 'hex'), o);
      const next = b.number === this.schemas.length + 1;
      const taken = this.schemas[b.number - 1];
      if (!next && (!taken || knew(o, taken))) wrong();
      if (b.size < 1 || b.chunks.length !== Math.ceil(b.size / 131072)) wrong();
      if (next) this.schemas.push(o);
    },
    8: (b, o) => {
      const unit = this.units.get(hex(b.unit)) ?? wrong();
      if (hex(b.unit) === this.top) denied();
      this.#administered(Buffer.from(unit.parents.at(-1).id, 'hex'), o);
      this.#administered(b.parent, o);
      this.#move(hex(b.unit), hex(b.parent), unit, o);
    },
    9: (b, o) => {
      const feed = this.feed(b.feed) ?? wrong();
      this.#administered(feed.unit, o);
      if (this.acts.alone('accept', b, o)) this.accept(b);
    },
    10: (b, o) => this.acts.propose(b, o),
    11: (b, o) => this.acts.approve(b.proposal, o),
    12: (b, o) => this.acts.withdraw(b.proposal, o),
    13: (b) => this.acts.recover(b),
    14: (b, o) => this.acts.hold(b.record, o),
    15: (b, o) => this.acts.lift(b.hold, o),
  };

  #administered(unit, o) {
    if (!this.units.has(hex(unit))) wrong();
    if (!o.byRoot && !this.may(o.issuer, 'administer', hex(unit))) denied();
  }

  #move(id, parent, unit, o) {
    if (unit.parents.at(-1).id === parent) return;
    const below = [...this.units.keys()].filter((u) => this.within(u, id));
    const height = Math.max(...below.map((u) => this.depth(u))) - this.depth(id);
    if (below.includes(parent) || this.depth(parent) + 2 + height > maxLevels) wrong();
    unit.parents.push({ id: parent, from: o.from });
    this.moves.push(o);
  }

  // What direct statements and acts in effect do.
  grant(b, o, person = null) {
    const id = deviceId(b);
    const device = this.device(id) ?? { id, signKey: b.signKey, boxKey: b.boxKey, grants: [] };
    this.devices.set(hex(id), device);
    device.grants.push({ role: b.role, unit: hex(b.unit), origin: o, until: Infinity, index: null, person });
  }
  revoke(b, o) {
    const grants = this.device(b.device).grants.filter((g) => g.unit === hex(b.unit));
    if (grants.length === 0) wrong();
    for (const g of grants.filter((x) => x.until === Infinity)) Object.assign(g, { until: o.from, index: o.index });
  }
  accept(b) {
    this.accepts.add(`${hex(b.feed)} ${b.sequence} ${hex(b.segment)}`);
  }

  // --- questions
  device(id) {
    return this.devices.get(hex(id));
  }
  feed(id) {
    return this.feeds.get(hex(id));
  }
  /** The feed whose id begins as the record's does: record.md, encoding.md section 2. */
  founder(record) {
    return [...this.feeds.values()].find((f) => same(f.id.subarray(0, 10), record.subarray(0, 10)));
  }
  headAt(size) {
    return this.heads[Number(size)];
  }
  depth(unit) {
    const parent = this.units.get(unit).parents.at(-1).id;
    return parent === null ? 0 : 1 + this.depth(parent);
  }
  /** Whether the unit is that ancestor, or lay below it at that roster size; before it was made: below its first parent. */
  within(unit, ancestor, size = Infinity) {
    for (let at = unit; at !== null; ) {
      if (at === ancestor) return true;
      const { parents } = this.units.get(at);
      at = (parents.findLast((p) => p.from <= size) ?? parents[0]).id;
    }
    return false;
  }
  /** Whether the device holds a role with that right in the unit or above, as things stand or stood at that size. */
  may(device, right, unit, size = this.heads.length - 1) {
    const grants = this.device(device)?.grants ?? [];
    return grants.some((g) => g.origin.from <= size && size < g.until && may[right].includes(g.role) && this.within(unit, g.unit, size));
  }
  everHad(device, right) {
    return (this.device(device)?.grants ?? []).some((g) => may[right].includes(g.role));
  }
  /** A role by which the device may write in the unit, or might once. */
  wroteBy(device, unit) {
    const made = this.units.get(unit).parents[0].from;
    const held = (g, size) => size >= made && size >= g.origin.from && size < g.until && this.within(unit, g.unit, size);
    const sizes = (g) => [Math.max(made, g.origin.from), ...this.moves.map((m) => m.from)];
    return (this.device(device)?.grants ?? []).findLast((g) => may.write.includes(g.role) && sizes(g).some((n) => held(g, n)));
  }
  /** The role by which a segment counts that names that roster size and stands at that ledger index. */
  writerRole(feed, size, index) {
    const unit = hex(feed.unit);
    const before = (end) => end === null || end === undefined || index < end;
    return this.device(feed.device).grants.find((g) => {
      if (!may.write.includes(g.role) || size < g.origin.from || size >= g.until || !this.within(unit, g.unit, size)) return false;
      const movedAway = this.moves.find((m) => m.from > size && !this.within(unit, g.unit, m.from));
      return before(g.index) && before(movedAway?.index);
    })?.role;
  }
  /** An acceptance names the segment, and its author might once write there: the role that was. */
  acceptedRole(feed, stub) {
    if (!this.accepts.has(`${hex(stub.feed)} ${stub.sequence} ${hex(stub.hash)}`)) return undefined;
    return this.wroteBy(feed.device, hex(feed.unit))?.role;
  }
  /** ledger.md section 7. */
  witnesses() {
    return [...this.devices.values()].filter((d) => d.grants.some((g) => g.unit === this.top && may.witness.includes(g.role) && g.until === Infinity));
  }
}

/** Whether who said `o` had seen `other`, which stands before it: its roster has it, or his own chain. */
export const knew = (o, other) => other.from <= o.seen || (other.issuer !== undefined && same(other.issuer, o.issuer) && other.from < o.from);
