// HttpCore: the core in `gandan app`, on this machine's loopback. The page's address brings a one-time token
// (#token=…), which is exchanged for a cookie once and taken out of the address. The calls: mobile-bindings/README.md.
import type { Arguments, Core, CoreEvent, Method, OpenOptions, Params, RequestOptions, Result, Room, State } from './core.js';
import { GandanError, unwrap } from './error.js';
import type { VaultUnlockResult } from './generated/api.js';

// Whom a page cannot reach here is the program on this very computer, not a server.
const kGone = {
  vi: 'Chương trình Gần Dân trên máy tính này đã dừng. Những gì đã báo là đã lưu vẫn còn. Hãy chạy lại “gandan app” và mở địa chỉ mới nó in ra.',
  en: 'The Gần Dân program on this computer has stopped. What was said to be saved is kept. Start “gandan app” again and open the new address that it prints.',
};
// A stop between two polls that failed.
const kPause = 2000; // ms

export class HttpCore implements Core {
  readonly #base: string;
  readonly #listeners = new Set<(event: CoreEvent) => void>();
  #session: Promise<void> | undefined;
  #polling: AbortController | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  // Calls have names, so that what is cancelled is what was meant, also where another page of this program asks.
  readonly #self = crypto.randomUUID();
  #calls = 0;
  #running: string | undefined;

  // `base`: the program's address, empty for where the page came from. `token`: absent: the page's.
  constructor(base = '', token?: string) {
    this.#base = base;
    const given = token ?? takeToken();
    if (given !== undefined) this.#session = this.#begin(given);
  }

  async state(): Promise<State> {
    const { vault, open, version } = (await this.#json('GET', '/state')) as State;
    return { vault, open, version };
  }

  async room(): Promise<Room | undefined> {
    return ((await this.#json('GET', '/state')) as { disk?: Room }).disk;
  }

  async open(options: OpenOptions): Promise<VaultUnlockResult> {
    return unwrap(await this.#json('POST', '/open', options)) as VaultUnlockResult;
  }

  // One after another; what waits for its turn ends at once when it is aborted.
  request<M extends Method>(method: M, ...rest: Arguments<M>): Promise<Result<M>> {
    const [params, options] = rest as [Params<M> | undefined, RequestOptions | undefined];
    const signal = options?.signal;
    return new Promise<Result<M>>((resolve, reject) => {
      const end = (): void => reject(GandanError.of('cancelled'));
      if (signal?.aborted === true) return end();
      signal?.addEventListener('abort', end);
      this.#turn = this.#turn.then(async () => {
        signal?.removeEventListener('abort', end);
        if (signal?.aborted !== true) await this.#request(method, params ?? {}, options ?? {}).then((value) => resolve(value as Result<M>), reject);
      });
    });
  }

  async #request(method: Method, params: object, { background, signal }: RequestOptions): Promise<unknown> {
    const call = `${this.#self}.${++this.#calls}`;
    const cancel = (): void => this.#cancel(call);
    signal?.addEventListener('abort', cancel);
    this.#running = call;
    try {
      return unwrap(await this.#json('POST', `/request?call=${call}`, { method, params, ...(background === true ? { background } : {}) }));
    } finally {
      this.#running = undefined;
      signal?.removeEventListener('abort', cancel);
    }
  }

  cancel(): void {
    if (this.#running !== undefined) this.#cancel(this.#running);
  }
  #cancel(call: string): void {
    void this.#fetch('POST', '/cancel', JSON.stringify({ call })).catch(() => undefined);
  }

  events(listener: (event: CoreEvent) => void): () => void {
    this.#listeners.add(listener);
    if (this.#polling === undefined) {
      this.#polling = new AbortController();
      void this.#poll(this.#polling.signal);
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size !== 0) return;
      this.#polling?.abort();
      this.#polling = undefined;
    };
  }

  async #poll(signal: AbortSignal): Promise<void> {
    let after: number | undefined;
    while (!signal.aborted) {
      try {
        after ??= ((await this.#json('GET', '/state', undefined, signal)) as { event: number }).event;
        const events = (await this.#json('GET', `/events?after=${after}`, undefined, signal)) as (CoreEvent & { number: number })[];
        for (const event of events) {
          after = event.number;
          for (const listener of this.#listeners) listener(event);
        }
      } catch {
        if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, kPause));
      }
    }
  }

  async putFile(name: string, content: Blob): Promise<string> {
    const response = await this.#fetch('POST', `/files?name=${encodeURIComponent(name)}`, content);
    return ((await response.json()) as { path: string }).path;
  }

  async newPath(name: string): Promise<string> {
    const response = await this.#fetch('POST', `/files?name=${encodeURIComponent(name)}&for=output`, new Blob([]));
    return ((await response.json()) as { path: string }).path;
  }

  async getFile(path: string): Promise<Blob> {
    return (await this.#fetch('GET', `/files?path=${encodeURIComponent(path)}`)).blob();
  }

  async dropFile(path: string): Promise<void> {
    await this.#fetch('DELETE', `/files?path=${encodeURIComponent(path)}`);
  }

  async close(): Promise<void> {
    this.#polling?.abort();
    await this.#turn;
  }

  async #begin(token: string): Promise<void> {
    await this.#send('POST', '/session', JSON.stringify({ token }), 'application/json');
  }

  async #json(method: string, path: string, body?: object, signal?: AbortSignal): Promise<unknown> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return (await this.#fetch(method, path, text, signal)).json();
  }

  async #fetch(method: string, path: string, body?: string | Blob, signal?: AbortSignal): Promise<Response> {
    await this.#session;
    return this.#send(method, path, body, typeof body === 'string' ? 'application/json' : 'application/octet-stream', signal);
  }

  // The program answers errors as the core does; anything else is a connection that broke.
  async #send(method: string, path: string, body: string | Blob | undefined, type: string, signal?: AbortSignal): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.#base + path, {
        method,
        credentials: 'same-origin',
        cache: 'no-store',
        ...(body === undefined ? {} : { body, headers: { 'Content-Type': type } }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (fault) {
      throw new GandanError({ ...GandanError.of('net.unreachable', String(fault)), fields: [], ...kGone });
    }
    if (response.ok) return response;
    const answer: unknown = await response.json().catch(() => undefined);
    if (typeof answer === 'object' && answer !== null && 'error' in answer) unwrap(answer);
    throw GandanError.of('net.refused', `${method} ${path.replace(/\?.*/, '')}: ${response.status}`);
  }
}

// The token stands in the address for one load only: not in the history, not in a bookmark.
function takeToken(): string | undefined {
  if (typeof location === 'undefined') return undefined;
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return undefined;
  history.replaceState(history.state, '', location.pathname + location.search);
  return token;
}
