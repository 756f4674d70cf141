// Network: one exchange with a server, by fetch. The browser's own TLS and authorities hold.
import type { HttpAnswer, HttpCall } from './engine.js';

const kSilence = 60_000; // ms without a byte
const kSlowest = 2; // bytes per ms that a network is trusted to carry upward, where nobody can watch it

// `server`: https://…, or http on this machine.
export async function exchange(server: string, call: HttpCall, ended: AbortSignal): Promise<HttpAnswer> {
  const base = server.replace(/\/+$/, '');
  if (!/^https:\/\/[^/]+$|^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/.test(base)) return { error: 'request.bad' };
  const silence = new AbortController();
  const stop = (): void => silence.abort();
  let timer = setTimeout(stop, kSilence + Math.ceil(call.body.length / kSlowest));
  let otherwise: 'net.unreachable' | 'net.connection_lost' = 'net.unreachable';
  try {
    const response = await fetch(base + call.target, {
      method: call.verb,
      headers: {
        'Content-Type': 'application/octet-stream',
        ...(call.bearer === '' ? {} : { Authorization: `Bearer ${call.bearer}` }),
      },
      ...(call.verb === 'GET' ? {} : { body: call.body as BodyInit }),
      signal: either(ended, silence.signal),
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
    });
    otherwise = 'net.connection_lost';
    const pieces: Uint8Array[] = [];
    let size = 0;
    const reader = response.body?.getReader();
    while (reader !== undefined) {
      clearTimeout(timer);
      timer = setTimeout(stop, kSilence);
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      pieces.push(value);
      if (size <= call.limit) continue;
      silence.abort();
      return { error: 'format.too_large' };
    }
    const body = new Uint8Array(size);
    let at = 0;
    for (const piece of pieces) {
      body.set(piece, at);
      at += piece.length;
    }
    return { status: response.status, body };
  } catch {
    return { error: ended.aborted ? 'cancelled' : silence.signal.aborted ? 'net.timeout' : otherwise };
  } finally {
    clearTimeout(timer);
  }
}

// AbortSignal.any is younger than the browsers that are meant.
function either(one: AbortSignal, other: AbortSignal): AbortSignal {
  const both = new AbortController();
  for (const signal of [one, other]) {
    if (signal.aborted) both.abort();
    else signal.addEventListener('abort', () => both.abort());
  }
  return both.signal;
}
