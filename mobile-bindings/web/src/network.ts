// Network: the module asks for one HTTP exchange and blocks until it has the answer whole.
//
//   worker: call() ── {http} ──> page: fetch()          where memory can be shared (cross-origin isolation, Node)
//           Atomics.wait  <── state, status, size ──        it can be cancelled, and silence is measured
//           {fill} ─────────────> body copied <────
//
//   worker: XMLHttpRequest, synchronous                 where it cannot: a call then ends by itself only
//
// The browser's own TLS and authorities hold in both.
import type { HttpAnswer, HttpCall } from './engine.js';

// In place of an HTTP status; module/host.cpp has the same.
export const kUnreachable = -1;
export const kLost = -2;
export const kTimeout = -3;
export const kCancelled = -4;
export const kTooLarge = -5;

const kSilence = 60_000; // ms without a byte
const kSlowest = 2; // bytes per ms that a network is trusted to carry upward, where nobody can watch it

// The shared words.
export const kWordCancel = 0; // the request that is to end
const kWordState = 1; // 2n + 1: call n has its status and size; 2n + 2: its body is copied
const kWordStatus = 2;
const kWordSize = 3;
export const kControlBytes = 16;

const kLook = 200; // ms between two looks at whether it is to end

export type NetworkMessage =
  | { http: number; call: HttpCall }
  | { fill: number; memory: SharedArrayBuffer }
  | { drop: number };

// The worker's side. `running` is the request that runs now.
export function waitingHttp(control: Int32Array, post: (message: NetworkMessage) => void, running: () => number) {
  let calls = 0;
  const until = (state: number): boolean => {
    for (;;) {
      const now = Atomics.load(control, kWordState);
      if (now === state) return true;
      if (Atomics.load(control, kWordCancel) === running()) return false;
      Atomics.wait(control, kWordState, now, kLook);
    }
  };
  return (call: HttpCall): HttpAnswer => {
    const n = ++calls;
    post({ http: n, call });
    if (!until(2 * n + 1)) {
      post({ drop: n });
      return none(kCancelled);
    }
    const status = Atomics.load(control, kWordStatus);
    const size = Atomics.load(control, kWordSize);
    if (size === 0) return none(status);
    const memory = new SharedArrayBuffer(size);
    post({ fill: n, memory });
    if (!until(2 * n + 2)) {
      post({ drop: n });
      return none(kCancelled);
    }
    return { status, body: new Uint8Array(memory).slice() };
  };
}

// The page's side.
export class Fetcher {
  readonly #control: Int32Array;
  readonly #open = new Map<number, { abort: AbortController; body: Uint8Array }>();

  constructor(control: Int32Array) {
    this.#control = control;
  }

  take(message: NetworkMessage): void {
    if ('http' in message) void this.#run(message.http, message.call);
    else if ('fill' in message) this.#fill(message.fill, message.memory);
    else {
      this.#open.get(message.drop)?.abort.abort();
      this.#open.delete(message.drop);
    }
  }

  async #run(n: number, call: HttpCall): Promise<void> {
    const abort = new AbortController();
    const entry: { abort: AbortController; body: Uint8Array } = { abort, body: new Uint8Array() };
    this.#open.set(n, entry);
    const answer = await fetched(call, abort);
    if (this.#open.get(n) !== entry) return; // dropped
    entry.body = answer.body;
    if (answer.body.length === 0) this.#open.delete(n);
    Atomics.store(this.#control, kWordStatus, answer.status);
    Atomics.store(this.#control, kWordSize, answer.body.length);
    this.#say(2 * n + 1);
  }

  #fill(n: number, memory: SharedArrayBuffer): void {
    const entry = this.#open.get(n);
    if (entry === undefined) return;
    this.#open.delete(n);
    new Uint8Array(memory).set(entry.body);
    this.#say(2 * n + 2);
  }

  #say(state: number): void {
    Atomics.store(this.#control, kWordState, state);
    Atomics.notify(this.#control, kWordState);
  }
}

async function fetched(call: HttpCall, abort: AbortController): Promise<HttpAnswer> {
  let silent = false;
  const stop = (): void => {
    silent = true;
    abort.abort();
  };
  let timer = setTimeout(stop, patience(call));
  let status = kUnreachable;
  try {
    const response = await fetch(call.url, {
      method: call.verb,
      headers: headers(call),
      ...(call.verb === 'GET' ? {} : { body: call.body as BodyInit }),
      signal: abort.signal,
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
    });
    status = kLost;
    const pieces: Uint8Array[] = [];
    let size = 0;
    const reader = response.body?.getReader();
    while (reader !== undefined) {
      clearTimeout(timer);
      timer = setTimeout(stop, kSilence);
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > call.limit) {
        abort.abort();
        return none(kTooLarge);
      }
      pieces.push(value);
    }
    const body = new Uint8Array(size);
    let at = 0;
    for (const piece of pieces) {
      body.set(piece, at);
      at += piece.length;
    }
    return { status: response.status, body };
  } catch {
    return none(silent ? kTimeout : status);
  } finally {
    clearTimeout(timer);
  }
}

// Where no memory can be shared.
export function blockingHttp(call: HttpCall): HttpAnswer {
  const request = new XMLHttpRequest();
  request.open(call.verb, call.url, false);
  request.responseType = 'arraybuffer';
  request.timeout = patience(call);
  for (const [name, value] of Object.entries(headers(call))) request.setRequestHeader(name, value);
  try {
    request.send(call.verb === 'GET' ? null : (call.body as XMLHttpRequestBodyInit));
  } catch (fault) {
    return none((fault as Error).name === 'TimeoutError' ? kTimeout : kUnreachable);
  }
  const body = new Uint8Array((request.response as ArrayBuffer | null) ?? new ArrayBuffer(0));
  return body.length > call.limit ? none(kTooLarge) : { status: request.status, body };
}

function patience(call: HttpCall): number {
  return kSilence + Math.ceil(call.body.length / kSlowest);
}
function headers(call: HttpCall): Record<string, string> {
  return {
    'Content-Type': 'application/octet-stream',
    ...(call.bearer === '' ? {} : { Authorization: `Bearer ${call.bearer}` }),
  };
}
function none(status: number): HttpAnswer {
  return { status, body: new Uint8Array() };
}
