// Draft: a record while a person writes it. What is typed is on the disk a moment later; what the form refuses stays on
// the screen, marked, and is tried again with every save. After each save the core is asked how the draft stands: what
// is asked for, what is missing, what the rules say.
//
//   set() ─ typed, dirty ─ kPause ─> save(): record.add, then record.edit ─> record.check ─> form, missing, verdicts
//                                       └ refused by the form: kept in `refused`, the rest is saved without it
import { computed, signal } from '@preact/signals';
import { GandanError, type FieldFault, type FieldState, type OldText, type Similar, type Verdict } from 'gandan';
import { isEmpty, lookUp, type Item, type RecordType, type Values } from './lib/form';
import { ask, changed } from './session';

const kPause = 300; // ms after the last keystroke
const kSoon = 20; // ms: several taps in one save

// Drafts whose last words did not reach the disk: it was full, or the vault locked itself. They live as long as the page, so that who leaves the form finds them again.
export const unsaved = signal<readonly Draft[]>([]);
addEventListener('beforeunload', (event) => {
  if (unsaved.value.length > 0) event.preventDefault();
});
// The one that is to be gone on with: of that record, or of that kind with nothing saved yet.
export const unsavedOf = (id: string) => unsaved.peek().find((draft) => draft.id.value === id);
export const unsavedNew = (kind: string, start: Fields) => unsaved.peek().find((draft) => draft.id.value === undefined && draft.type.kind === kind && JSON.stringify(draft.start) === JSON.stringify(start));
const keep = (draft: Draft, held: boolean) => {
  const others = unsaved.peek().filter((one) => one !== draft);
  if (held || others.length < unsaved.peek().length) unsaved.value = held ? [...others, draft] : others;
};

export type SaveState = 'empty' | 'typing' | 'saving' | 'saved' | 'failed';
export type Fields = Record<string, unknown>;

export class Draft {
  readonly id = signal<string | undefined>(undefined);
  readonly state = signal<SaveState>('empty');
  readonly error = signal<unknown>(undefined);
  readonly savedAt = signal('');
  readonly refused = signal<ReadonlyMap<string, FieldFault>>(new Map());
  readonly missing = signal<readonly FieldFault[]>([]);
  readonly verdicts = signal<readonly Verdict[]>([]);
  readonly similar = signal<readonly Similar[]>([]);
  readonly showMissing = signal(false);
  readonly ready = signal(false);
  readonly newItems = signal<ReadonlyMap<string, readonly Fields[]>>(new Map()); // by list, not saved yet
  readonly missingAt = computed(() => new Map(this.missing.value.map((fault) => [fault.path, fault])));
  // Of a finalised record: edits stand beside it, each with this reason.
  late = false;
  reason = '';
  question = ''; // that it answers

  readonly #content = signal<{ values: Values; items: Values }>({ values: {}, items: {} });
  readonly #typed = signal<ReadonlyMap<string, unknown>>(new Map());
  readonly #form = signal<ReadonlyMap<string, FieldState>>(new Map());
  #dirty = new Map<string, unknown>();
  #removed = new Set<string>();
  #oldText: OldText | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(readonly type: RecordType, id?: string, readonly start: Fields = {}) {
    this.id.value = id;
    if (id !== undefined) this.state.value = 'saved';
  }

  // Asks for the defaults of a new one, or for what is there.
  async load(): Promise<void> {
    await this.#check();
    this.ready.value = true;
    if (this.state.peek() === 'failed') await this.flush().catch(() => undefined); // there may be room by now; the bar says if not
  }

  value(path: string): unknown {
    return this.#typed.value.has(path) ? this.#typed.value.get(path) : lookUp(this.#content.value, path);
  }
  list(path: string): Item[] {
    const found = lookUp(this.#content.value, path);
    return Array.isArray(found) ? (found as Item[]) : [];
  }
  form(path: string): FieldState | undefined {
    return this.#form.value.get(path);
  }
  fault(path: string): FieldFault | undefined {
    const refused = this.refused.value.get(path);
    if (refused !== undefined) return refused;
    const missing = this.missingAt.value.get(path);
    return missing !== undefined && (this.showMissing.value || missing.code !== 'required') ? missing : undefined;
  }

  // `soon`: a tap, not a keystroke.
  set(path: string, value: unknown, soon = false): void {
    this.#typed.value = new Map(this.#typed.value).set(path, value);
    this.#dirty.set(path, value === '' ? null : value);
    this.#later(soon ? kSoon : kPause);
  }
  addItem(list: string, fields: Fields = {}): void {
    this.newItems.value = new Map(this.newItems.value).set(list, [...(this.newItems.value.get(list) ?? []), fields]);
    this.#later(kSoon);
  }
  // A new item that is not saved yet: what stands in it changes before it is.
  changeNew(list: string, index: number, fields: Fields | undefined): void {
    const rows = [...(this.newItems.value.get(list) ?? [])];
    if (fields === undefined) rows.splice(index, 1);
    else rows[index] = { ...rows[index], ...fields };
    this.newItems.value = new Map(this.newItems.value).set(list, rows);
    this.#later(kSoon);
  }
  removeItem(path: string): void {
    this.#removed.add(path);
    for (const map of [this.#dirty, this.#typed.peek() as Map<string, unknown>]) for (const key of [...map.keys()]) if (key.startsWith(`${path}.`)) map.delete(key);
    this.refused.value = new Map([...this.refused.value].filter(([key]) => !key.startsWith(`${path}.`)));
    this.#later(kSoon);
  }
  settleOldText(how: OldText): void {
    this.#oldText = how;
    this.#later(kSoon);
  }

  // Everything that was typed until now; kept when it is on the disk, or refused by the form.
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#queue(() => this.#save());
  }
  // Something else that writes this record (an attachment, a seal): after what was typed, then asked anew.
  async outside<T>(work: (id: string) => Promise<T>): Promise<T> {
    await this.flush();
    return await this.#queue(async () => {
      if (this.id.value === undefined) await this.#write({});
      const answer = await work(this.id.value ?? '');
      await this.#check();
      changed();
      return answer;
    });
  }

  #later(pause: number): void {
    this.state.value = 'typing';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush().catch(() => undefined), pause);
  }
  #queue<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#turn.then(work, work);
    this.#turn = next.catch(() => undefined);
    return next;
  }

  async #save(): Promise<void> {
    const patch = new Map([...this.refused.value.keys()].map((path) => [path, this.#typed.value.get(path)]));
    for (const [path, value] of this.#dirty) patch.set(path, value);
    for (const path of this.#removed) patch.set(path, null);
    const rows = this.newItems.value;
    for (const [list, items] of rows) if (items.length > 0) patch.set(list, items.map((item) => ({ ...item })));
    if (patch.size === 0) {
      if (this.state.value === 'typing') this.state.value = this.id.value === undefined ? 'empty' : 'saved';
      return;
    }
    const dirty = this.#dirty;
    const removed = this.#removed;
    this.#dirty = new Map();
    this.#removed = new Set();
    this.newItems.value = new Map();
    this.state.value = 'saving';
    try {
      const refused = await this.#writeWhatCan(patch);
      this.refused.value = refused;
      await this.#check();
      this.#typed.value = new Map([...this.#typed.value].filter(([path]) => refused.has(path) || this.#dirty.has(path)));
      this.error.value = undefined;
      keep(this, false);
      this.savedAt.value = new Date().toISOString();
      if (this.state.value === 'saving') this.state.value = 'saved';
      changed();
    } catch (error) {
      for (const [path, value] of dirty) if (!this.#dirty.has(path)) this.#dirty.set(path, value);
      for (const path of removed) this.#removed.add(path);
      const back = new Map(rows);
      for (const [list, items] of this.newItems.value) back.set(list, [...(back.get(list) ?? []), ...items]);
      this.newItems.value = back;
      this.error.value = error;
      this.state.value = 'failed';
      keep(this, error instanceof GandanError && (error.retry || error.is('vault.closed')));
      throw error;
    }
  }

  // Saves, and when the form refuses some fields, saves the others; answers those that were refused.
  async #writeWhatCan(patch: Map<string, unknown>): Promise<Map<string, FieldFault>> {
    const refused = new Map<string, FieldFault>();
    for (;;) {
      if (patch.size === 0) return refused;
      try {
        await this.#write(Object.fromEntries(patch));
        return refused;
      } catch (error) {
        if (!(error instanceof GandanError) || !error.is('record.invalid')) throw error;
        const found = error.fields.filter((fault) => patch.has(fault.path));
        if (found.length === 0) throw error;
        for (const fault of found) {
          patch.delete(fault.path);
          refused.set(fault.path, fault);
        }
      }
    }
  }
  async #write(record: Fields): Promise<void> {
    const old_text = this.#oldText === undefined ? {} : { old_text: this.#oldText };
    if (this.id.value === undefined) {
      const answer = await ask('record.add', { kind: this.type.kind, record: { ...this.start, ...record }, ...old_text });
      this.id.value = answer.id;
      this.similar.value = answer.similar ?? [];
    } else if (Object.keys(record).length > 0) {
      const late = this.late ? { late: true, reason: this.reason } : {};
      await ask('record.edit', { id: this.id.value, record, ...late, ...old_text });
    }
    this.#oldText = undefined;
  }
  async #check(): Promise<void> {
    const typed = Object.fromEntries([...this.refused.value.keys()].map((path) => [path, this.#typed.value.get(path) ?? null]));
    const of = this.id.value === undefined ? { kind: this.type.kind, record: { ...this.start, ...typed } } : { id: this.id.value, record: typed };
    const answer = await ask('record.check', of);
    this.#content.value = { values: answer.values, items: answer.items };
    this.#form.value = new Map(answer.form.map((state) => [state.path, state]));
    this.missing.value = answer.missing;
    this.verdicts.value = answer.verdicts;
  }
}

// What a removed item held, to take it back: without its id and what was empty.
export const contentOf = (item: Item): Fields => Object.fromEntries(Object.entries(item).filter(([key, value]) => key !== 'id' && !isEmpty(value)));
