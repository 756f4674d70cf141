// The conformance stories over any Core: their rules stand in tests/conformance/README.md. Each notebook is a core of
// its own; files go from one to the other as they would in people's hands.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { errors, GandanError } from '../dist/index.js';

export const root = new URL('../../../', import.meta.url).pathname.replace(/\/$/, '');
const folder = join(root, 'tests/conformance');

export function stories() {
  return readdirSync(folder).filter((name) => name.endsWith('.json')).sort()
    .map((name) => ({ name, ...JSON.parse(readFileSync(join(folder, name), 'utf8')) }));
}

const forms = { '<id>': /^[0-9a-hjkmnp-tv-z]{26}$/, '<instant>': /^[0-9T:.-]+Z$/, '<hash>': /^[0-9a-f]{64}$/ };

export class Story {
  #open; // (name, number) -> Core
  #tick; // before each step
  #cores = new Map();
  #kept = new Map();
  #files = new Map(); // what lies in the story's folder, by name
  #paths = new Map(); // of the step that runs: what {tmp}/… and {root}/… are for its core

  constructor(open, tick) {
    this.#open = open;
    this.#tick = tick;
  }

  async run(story) {
    for (const step of story.steps) {
      await this.#tick();
      const core = await this.#core(step.notebook);
      this.#paths = new Map();
      for (const place of new Set(JSON.stringify([step.params ?? {}, step.ok ?? {}]).match(/\{(?:tmp|root)\}[^"]*/g)))
        this.#paths.set(place, await this.#place(core, place));
      const params = this.#filled(step.params ?? {});
      const told = `${story.name}: ${step.notebook} ${step.method} ${JSON.stringify(params)}`;
      let answer;
      try {
        answer = { ok: await core.request(step.method, params) };
      } catch (fault) {
        assert.ok(fault instanceof GandanError, `${told}: ${fault}`);
        answer = { error: fault };
        // What the package says of an error is what the core says, word for word.
        const known = errors[fault.code];
        assert.ok(known, `${told}: ${fault.code} is not in errors.def`);
        const { vi, en, retry, exit } = fault;
        assert.deepEqual({ vi, en, retry, exit }, { ...known }, told);
      }
      await this.#collect(core);
      const part = step.error === undefined ? 'ok' : 'error';
      assert.ok(part in answer, `${told}: ${answer.error ?? JSON.stringify(answer.ok)}`);
      if (step[part] !== undefined) this.#match(step[part], answer[part], `${told}: ${part}`);
    }
    for (const core of this.#cores.values()) await core.close();
  }

  async #core(name) {
    if (!this.#cores.has(name)) this.#cores.set(name, await this.#open(name, this.#cores.size));
    return this.#cores.get(name);
  }

  // A file that is there is handed over, a folder, too; else a path where it may be written.
  async #place(core, place) {
    if (place.startsWith('{root}/')) {
      const path = join(root, place.slice(7));
      if (/\.\w+$/.test(place)) return core.putFile(place.split('/').pop(), new Blob([readFileSync(path)]));
      const files = new Map();
      for (const entry of readdirSync(path, { recursive: true, withFileTypes: true }))
        if (entry.isFile()) {
          const file = join(entry.parentPath ?? entry.path, entry.name);
          files.set(relative(path, file), new Blob([readFileSync(file)]));
        }
      return core.putFolder(files);
    }
    const name = place.slice('{tmp}/'.length);
    const content = this.#files.get(name);
    return content === undefined ? core.newPath(name) : core.putFile(name, content);
  }
  async #collect(core) {
    for (const [place, path] of this.#paths)
      if (place.startsWith('{tmp}/')) {
        const content = await core.getFile(path).catch(() => undefined);
        if (content !== undefined) this.#files.set(place.slice('{tmp}/'.length), content);
      }
  }

  #fill(text) {
    const at = this.#paths.get(text);
    if (at !== undefined) return at;
    return text.replace(/\{(\w+)\}/g, (whole, name) => this.#kept.get(name) ?? whole);
  }
  #filled(value) {
    if (typeof value === 'string') return this.#fill(value);
    if (Array.isArray(value)) return value.map((one) => this.#filled(one));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [this.#fill(key), this.#filled(one)]));
  }

  #match(wanted, got, path) {
    if (typeof wanted === 'string') {
      const text = this.#fill(wanted);
      const value = typeof got === 'string' ? got : JSON.stringify(got);
      if (text === '<any>') return;
      if (text.startsWith('<keep:')) return void this.#kept.set(text.slice(6, -1), value);
      if (forms[text] !== undefined) return assert.match(value, forms[text], path);
      return assert.equal(got, text, path);
    }
    if (Array.isArray(wanted)) {
      assert.ok(Array.isArray(got) && got.length === wanted.length, `${path}: another array: ${JSON.stringify(got)}`);
      return wanted.forEach((one, i) => this.#match(one, got[i], `${path}[${i}]`));
    }
    if (wanted !== null && typeof wanted === 'object') {
      assert.ok(got !== null && typeof got === 'object' && !Array.isArray(got), `${path}: not an object`);
      for (const [key, one] of Object.entries(wanted)) {
        const name = this.#fill(key);
        assert.ok(name in got, `${path}.${name}: absent`);
        this.#match(one, got[name], `${path}.${name}`);
      }
      return;
    }
    assert.equal(got, wanted, path);
  }
}

export const storyStart = 1_770_000_000_000; // 2026-02-02
export const rawKey = (number) => Buffer.alloc(32, 97 + number).toString('hex');
