// Days and times as people in Viet Nam write them: dd/mm/yyyy, UTC+7 all year. Instants travel as RFC 3339 in UTC,
// calendar days as YYYY-MM-DD. Pure functions.
const kOffset = 7 * 3600_000; // ms; no daylight saving
const kDay = 86_400_000;

const two = (n: number) => String(n).padStart(2, '0');
const valid = (y: number, m: number, d: number) => {
  const date = new Date(Date.UTC(y, m - 1, d));
  return date.getUTCFullYear() === y && date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
};

// "2026-02-05" -> "05/02/2026"; empty stays empty.
export function dayText(day: string): string {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  return found === null ? day : `${found[3]}/${found[2]}/${found[1]}`;
}

// What a person typed: 5/2/2026, 05-02-26, 5.2 (of this year), 05022026; undefined when it is no day.
export function parseDay(text: string, today = todayText()): string | undefined {
  const trimmed = text.trim();
  const packed = /^(\d{2})(\d{2})(\d{4})$/.exec(trimmed);
  const parts = packed ?? /^(\d{1,2})[/.\- ](\d{1,2})(?:[/.\- ](\d{4}|\d{2}))?$/.exec(trimmed);
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(trimmed);
  const [d, m, y] = iso
    ? [Number(iso[3]), Number(iso[2]), Number(iso[1])]
    : parts
      ? [Number(parts[1]), Number(parts[2]), year(parts[3], today)]
      : [0, 0, 0];
  return valid(y, m, d) ? `${String(y).padStart(4, '0')}-${two(m)}-${two(d)}` : undefined;
}
const year = (text: string | undefined, today: string) =>
  text === undefined ? Number(today.slice(0, 4)) : text.length === 2 ? 2000 + Number(text) : Number(text);

// "8:30", "8h30", "0830", "8" -> "08:30".
export function parseTime(text: string): string | undefined {
  const found = /^(\d{1,2})(?:[:hg.](\d{2})?)?$/i.exec(text.trim()) ?? /^(\d{2})(\d{2})$/.exec(text.trim());
  if (found === null) return undefined;
  const [h, m] = [Number(found[1]), Number(found[2] ?? 0)];
  return h < 24 && m < 60 ? `${two(h)}:${two(m)}` : undefined;
}

export const todayText = (now = Date.now()) => new Date(now + kOffset).toISOString().slice(0, 10);
export const nowText = (now = Date.now()) => `${new Date(now).toISOString().slice(0, 19)}Z`;

// An instant's day and time in Viet Nam; empty when it is none.
export function local(instant: string): { day: string; time: string } {
  const ms = Date.parse(instant);
  if (Number.isNaN(ms)) return { day: '', time: '' };
  const text = new Date(ms + kOffset).toISOString();
  return { day: text.slice(0, 10), time: text.slice(11, 16) };
}
export const instantOf = (day: string, time: string) => nowText(Date.parse(`${day}T${time}:00Z`) - kOffset);
// "2026-02-05T02:05:00Z" -> "05/02/2026 09:05".
export function momentText(instant: string): string {
  const { day, time } = local(instant);
  return day === '' ? '' : `${dayText(day)} ${time}`;
}

export const dayNumber = (day: string) => Math.round(Date.parse(`${day}T00:00:00Z`) / kDay);
export const addDays = (day: string, n: number) => new Date(Date.parse(`${day}T00:00:00Z`) + n * kDay).toISOString().slice(0, 10);
export const daysBetween = (from: string, to: string) => dayNumber(to) - dayNumber(from);

// First and last day of a month, a quarter, a year.
export function period(kind: 'month' | 'quarter' | 'year', day: string, back = 0): { from: string; until: string; year: number; number: number } {
  const size = kind === 'month' ? 1 : kind === 'quarter' ? 3 : 12;
  const months = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
  const start = (Math.floor(months / size) - back) * size;
  const first = (m: number) => new Date(Date.UTC(Math.floor(m / 12), m % 12, 1)).toISOString().slice(0, 10);
  return { from: first(start), until: addDays(first(start + size), -1), year: Math.floor(start / 12), number: (start % 12) / size + 1 };
}
