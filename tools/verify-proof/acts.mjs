// What takes several persons, and what keeps a record: schema/wire/statement.md, "Proposals and approvals".
import { denied, knew, wrong } from './roster.mjs';
import { deviceId, rootId } from './statement.mjs';
import { hex, isZero, prefix, require, same, signatureHolds } from './wire.mjs';

const [erase, administrator, removal, acceptance, threshold, rootKey, recoveryKeys] = [1, 2, 3, 4, 5, 6, 7];
const needsOthers = ['statement.md Proposals and approvals', 'one person did what takes several', 'một người làm việc phải có nhiều người'];
const samePerson = ['statement.md Proposals and approvals', 'one person approved twice', 'một người đồng ý hai lần'];

export class Acts {
  constructor(roster) {
    this.roster = roster;
    Object.assign(this, { proposals: new Map(), erased: new Set(), holds: [], formerRoots: new Set() });
    Object.assign(this, { threshold: 1, thresholdSet: null, rootAlone: false, recovery: null });
  }

  // --- persons
  personOf(device) {
    let at = hex(device);
    for (let steps = 0; steps < 16; ++steps) {
      const next = this.roster.devices.get(at)?.grants.findLast((g) => g.person !== null)?.person;
      if (next === undefined || next === at) break;
      at = next;
    }
    return at;
  }
  /** The persons among these devices; those with one signing key are one. */
  #persons(devices) {
    const keys = new Set();
    return new Set(devices.filter((d) => !keys.has(hex(d.signKey)) && keys.add(hex(d.signKey))).map((d) => this.personOf(d.id)));
  }
  #personsAt(unit) {
    const all = [...this.roster.devices.values()].sort((a, b) => Buffer.compare(a.id, b.id));
    return this.#persons(all.filter((d) => this.roster.may(d.id, 'administer', unit)));
  }
  #needed(tag, unit) {
    if (tag === erase) return Math.max(2, this.threshold);
    const least = tag === rootKey || tag === recoveryKeys ? 2 : 1;
    return Math.min(Math.max(least, this.threshold), this.#personsAt(unit).size + 1);
  }
  #isRoot(issuer) {
    return same(issuer, rootId(this.roster.rootKey));
  }

  /** May this be said directly? Throws when others are needed and its issuer knew it; false when he did not. */
  alone(what, b, o) {
    if (this.threshold < 2 || (this.rootAlone && this.#isRoot(o.issuer))) return true;
    const admins = what === 'revoke' ? this.#adminGrants(b) : [];
    const [tag, unit, grave] = {
      grant: () => [administrator, b.unit, b.role === 1],
      revoke: () => [removal, b.unit, admins.length > 0],
      accept: () => [acceptance, this.roster.feed(b.feed).unit, true],
    }[what]();
    if (!grave || this.#needed(tag, hex(unit)) < 2) return true;
    require((this.thresholdSet && !knew(o, this.thresholdSet)) || admins.some((g) => !knew(o, g.origin)), ...needsOthers);
    return false;
  }
  #adminGrants(b) {
    return this.roster.device(b.device).grants.filter((g) => g.role === 1 && g.unit === hex(b.unit) && g.until === Infinity);
  }

  // --- proposals
  #unitOf(tag, act) {
    if (tag === erase) return (this.roster.founder(act.record) ?? wrong()).unit;
    if (tag === acceptance) return (this.roster.feed(act.feed) ?? wrong()).unit;
    return tag === administrator || tag === removal ? act.unit : Buffer.from(this.roster.top, 'hex');
  }

  /** Whether it can be done as things stand. */
  #fits(tag, act) {
    const { roster } = this;
    if (tag === administrator) {
      const foreign = [...roster.devices.values()].some((d) => same(d.signKey, act.signKey) && !same(d.boxKey, act.boxKey));
      return !foreign && (isZero(act.person) || roster.device(act.person) !== undefined);
    }
    if (tag === removal) return roster.device(act.device)?.grants.some((g) => g.unit === hex(act.unit)) ?? false;
    if (tag === threshold) return act.persons >= 1;
    if (tag === rootKey) return this.#isNewRoot(act.rootKey);
    if (tag === recoveryKeys) {
      const ascending = act.keys.every((k, i) => i === 0 || Buffer.compare(act.keys[i - 1], k) < 0);
      return ascending && act.needed >= 1 && act.needed <= act.keys.length;
    }
    return true;
  }
  #isNewRoot(key) {
    return !same(key, this.roster.rootKey) && !this.formerRoots.has(hex(key));
  }

  propose({ tag, act }, o) {
    const unit = hex(this.#unitOf(tag, act));
    if (!this.roster.units.has(unit)) wrong();
    if (!(o.byRoot && tag !== erase) && !this.roster.may(o.issuer, 'administer', unit)) denied();
    if (!this.#fits(tag, act)) wrong();
    const p = { hash: o.hash, tag, act, unit, proposed: o, approvals: [], done: false, withdrawn: null };
    this.proposals.set(hex(o.hash), p);
    this.#settle(p, o);
  }

  approve(name, o) {
    const p = this.proposals.get(hex(name));
    if (!p) { // it may have come by hand, and never have reached the ledger
      if (!o.byRoot && !this.roster.everHad(o.issuer, 'administer')) denied();
      return;
    }
    if (!(o.byRoot && p.tag !== erase) && !this.roster.may(o.issuer, 'administer', p.unit)) denied();
    require(!this.#sameKey(o.issuer, p.proposed.issuer), ...samePerson);
    require(!p.approvals.some((a) => this.#sameKey(o.issuer, a.issuer) && knew(o, a)), ...samePerson);
    for (const yes of [p.proposed, ...p.approvals]) {
      if (!this.#samePerson(o.issuer, yes.issuer)) continue;
      const known = (yes === p.proposed || knew(o, yes)) && this.#knewPersons(o, yes.issuer);
      require(!known, ...samePerson);
      return; // a second yes of one person who did not know it says nothing
    }
    if (p.withdrawn && knew(o, p.withdrawn)) wrong();
    if (p.withdrawn || p.done) return;
    p.approvals.push(o);
    this.#settle(p, o);
  }
  #sameKey(a, b) {
    const [x, y] = [this.roster.device(a), this.roster.device(b)];
    return same(a, b) || (x && y && same(x.signKey, y.signKey));
  }
  #samePerson(a, b) {
    return same(a, b) || (this.roster.device(a) && this.roster.device(b) && this.personOf(a) === this.personOf(b));
  }
  #knewPersons(o, other) {
    const grants = [o.issuer, other].flatMap((d) => this.roster.device(d)?.grants ?? []);
    return grants.every((g) => g.person === null || knew(o, g.origin));
  }

  withdraw(name, o) {
    const p = this.proposals.get(hex(name)) ?? wrong();
    if (!o.byRoot && !this.#samePerson(o.issuer, p.proposed.issuer)) denied();
    if (!p.done && !p.withdrawn) p.withdrawn = o;
  }

  /** Puts the act into effect where enough persons said yes. */
  #settle(p, o) {
    const { roster } = this;
    const proposer = p.proposed.issuer;
    if (!this.#isRoot(proposer) && !roster.may(proposer, 'administer', p.unit)) return;
    const rootSays = this.#isRoot(o.issuer) && this.rootAlone && p.tag !== erase;
    if (!rootSays && this.#yes(p) < this.#needed(p.tag, p.unit)) return;
    p.done = this.#fits(p.tag, p.act) && !this.#isStale(p) && this.#takeEffect(p, o);
  }
  #yes(p) {
    const issuers = [p.proposed, ...p.approvals].map((y) => y.issuer);
    const standsIn = p.tag !== erase && this.#personsAt(p.unit).size < Math.max(2, this.threshold);
    const devices = issuers.filter((i) => !this.#isRoot(i) && this.roster.may(i, 'administer', p.unit));
    return this.#persons(devices.map((i) => this.roster.device(i))).size + (standsIn && issuers.some((i) => this.#isRoot(i)) ? 1 : 0);
  }
  #isStale({ tag, act, unit, proposed }) {
    if (tag !== administrator && tag !== removal) return false;
    const grants = this.roster.device(tag === removal ? act.device : deviceId(act))?.grants ?? [];
    const since = (n) => n !== Infinity && n > proposed.from;
    return grants.some((g) => g.role === 1 && g.unit === unit && (since(g.origin.from) || since(g.until)));
  }
  #takeEffect({ tag, act, hash, proposed }, o) {
    const { roster } = this;
    if (tag === erase) {
      const met = this.holds.some((h) => same(h.record, act.record) && (!h.lifted || h.lifted > proposed.from));
      if (met || this.erased.has(hex(act.record))) return false;
      this.erased.add(hex(act.record));
    }
    if (tag === administrator) roster.grant(act, o, isZero(act.person) ? null : this.personOf(act.person));
    if (tag === removal) roster.revoke(act, o);
    if (tag === acceptance) roster.accept(act);
    if (tag === threshold) {
      if (act.persons > this.#personsAt(roster.top).size) return false;
      Object.assign(this, { threshold: act.persons, thresholdSet: o, rootAlone: false });
    }
    if (tag === rootKey) this.#replaceRoot(act.rootKey);
    if (tag === recoveryKeys) this.recovery = { name: hash, ...act };
    return true;
  }
  #replaceRoot(key) {
    this.formerRoots.add(hex(this.roster.rootKey));
    this.roster.rootKey = key;
  }

  recover(b) {
    const set = this.recovery;
    if (!set || !same(set.name, b.keys) || !this.#isNewRoot(b.rootKey)) wrong();
    const message = Buffer.concat([prefix('gandan/root-recovery/v1', this.roster.realm), set.name, this.roster.rootKey, b.rootKey]);
    const holds = b.signatures.every(({ place, signature }, i) => place < set.keys.length &&
      (i === 0 || b.signatures[i - 1].place < place) && signatureHolds(set.keys[place], message, signature));
    if (!holds || b.signatures.length < set.needed) wrong();
    this.#replaceRoot(b.rootKey);
    this.rootAlone = true;
  }

  // --- holds
  /** Whether its issuer may, or might at the roster that he names: he had not seen what took it from him. */
  #could(o, unit) {
    return this.roster.may(o.issuer, 'accept', unit) || this.roster.may(o.issuer, 'accept', unit, o.seen);
  }
  hold(record, o) {
    const feed = this.roster.founder(record) ?? wrong();
    if (!this.#could(o, hex(feed.unit))) denied();
    if (this.roster.device(o.issuer).grants.every((g) => g.until !== Infinity)) return; // of a removed device: says nothing
    this.holds.push({ hash: o.hash, record, lifted: null });
  }
  lift(name, o) {
    const hold = this.holds.find((h) => same(h.hash, name));
    if (!hold) {
      if (!this.roster.everHad(o.issuer, 'accept')) denied();
      return;
    }
    const unit = hex(this.roster.founder(hold.record).unit);
    if (this.roster.may(o.issuer, 'accept', unit)) hold.lifted ??= o.from;
    else if (!this.#could(o, unit)) denied();
  }
}
