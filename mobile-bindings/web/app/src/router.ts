// Where one is, in the address behind #: "#/records/01h…?tab=history". So the back button and reloading work.
import { computed, signal } from '@preact/signals';

const read = () => location.hash.replace(/^#\/?/, '');
const hash = signal(read());
// How often a person went somewhere: who asks for a new form on a new form's screen gets a new one.
export const arrivals = signal(0);
addEventListener('hashchange', () => {
  hash.value = read();
  arrivals.value += 1;
});

// An address that somebody cut in two names nothing that is there; it is shown so, and ends nothing.
const decoded = (part: string) => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};
export const path = computed(() => (hash.value.split('?')[0] ?? '').split('/').filter((part) => part !== '').map(decoded));
export const query = computed(() => new URLSearchParams(hash.value.split('?')[1] ?? ''));

export function href(parts: string | readonly string[], params: Record<string, string | undefined> = {}): string {
  const said = Object.entries(params).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
  const tail = new URLSearchParams(said).toString();
  return `#/${typeof parts === 'string' ? parts : parts.join('/')}${tail === '' ? '' : `?${tail}`}`;
}
export function go(to: string, replace = false): void {
  if (replace) {
    history.replaceState(null, '', to);
    hash.value = read();
  } else {
    location.hash = to;
  }
}
// One of the address's parameters, without a step in the history.
export function setQuery(name: string, value: string | undefined): void {
  const params = Object.fromEntries(query.value);
  go(href(path.value, { ...params, [name]: value }), true);
}
// A form that got its record's id changed the address beneath what is shown: what is drawn anew goes by it.
export function reread(): void {
  hash.value = read();
}
export function back(): void {
  if (history.length > 1) history.back();
  else go('#/', true);
}
