// What was asked about a finalised record and what was answered, out of its changes; and the records that a finalisation
// was read with. Pure functions.
import type { Author, Change } from 'gandan';

export interface TalkLine {
  what: 'question' | 'answer' | 'finalized' | 'accepted';
  text: string;
  author: Author;
  received: boolean; // by the server
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'object' && value !== null && 'reason' in value ? String(value.reason) : '');

// A question is a @review with a reason; what answers it are the words said to it (@answer), or the reason that
// amendments give, and that it was finalised again.
// Every save of an amendment says its reason: told once.
export function conversation(changes: readonly Change[]): TalkLine[] {
  const out: TalkLine[] = [];
  for (const { path, value, author, arrival } of changes) {
    const line = (what: TalkLine['what']) => out.push({ what, text: what === 'question' || what === 'answer' ? textOf(value) : '', author, received: arrival === 'received' });
    if (path === '@review' && typeof value === 'object' && value !== null) line(textOf(value) === '' ? 'accepted' : 'question');
    else if (out.length === 0) continue;
    else if (path === '@answer') line('answer');
    else if (path === '@final') line('finalized');
    else if (path === '@reason' && textOf(value) !== '') {
      const last = out.filter((one) => one.what !== 'finalized').at(-1);
      if (last?.what !== 'answer' || last.text !== textOf(value) || last.author.device !== author.device) line('answer');
    }
  }
  return out.some((line) => line.what === 'question') ? out : [];
}

// The record that was linked, and the hash of its signed content; none of a draft. Of the newest finalisation.
export function linkedThen(changes: readonly Change[]): Map<string, string | undefined> {
  const said = textOf(changes.filter((change) => change.path === '@linked').at(-1)?.value);
  const lines = said.split('\n').filter((line) => line !== '').map((line) => line.split(' '));
  return new Map(lines.map(([id = '', content = '']) => [id, /^[0-9a-f]{64}$/.test(content) ? content : undefined]));
}
