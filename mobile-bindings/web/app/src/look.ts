// Colours and text size, as this device's person wants them; kept on this device.
import { effect, signal } from '@preact/signals';

export const themes = ['auto', 'light', 'dark', 'sun'] as const;
export type Theme = (typeof themes)[number];
export const textSizes = { s: 100, m: 115, l: 130, x: 150 } as const;
export type TextSize = keyof typeof textSizes;

const kept = <T extends string>(name: string, values: readonly T[], otherwise: T): T =>
  values.find((value) => value === localStorage.getItem(name)) ?? otherwise;
export const theme = signal<Theme>(kept('theme', themes, 'auto'));
export const textSize = signal<TextSize>(kept('text size', Object.keys(textSizes) as TextSize[], 's'));

const dark = matchMedia('(prefers-color-scheme: dark)');
const systemDark = signal(dark.matches);
dark.addEventListener('change', () => {
  systemDark.value = dark.matches;
});
effect(() => {
  localStorage.setItem('theme', theme.value);
  localStorage.setItem('text size', textSize.value);
  const shown = theme.value === 'auto' ? (systemDark.value ? 'dark' : 'light') : theme.value;
  document.documentElement.dataset.theme = shown;
  document.documentElement.style.setProperty('--text-size', `${textSizes[textSize.value]}%`);
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', shown === 'sun' ? '#000' : shown === 'dark' ? '#17263a' : '#1f3a5f');
});
