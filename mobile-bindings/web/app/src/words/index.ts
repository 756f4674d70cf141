// Words in the language that was chosen; kept on this device.
import { computed, effect, signal } from '@preact/signals';
import { en } from './en';
import { vi, type Words } from './vi';

export type Language = 'vi' | 'en';
export const language = signal<Language>(localStorage.getItem('language') === 'en' ? 'en' : 'vi');
export const words = computed<Words>(() => (language.value === 'vi' ? vi : en));
// What the core says in both languages: {"vi", "en"}.
export const said = (label: { vi: string; en: string } | undefined) => (label === undefined ? '' : label[language.value]);

effect(() => {
  localStorage.setItem('language', language.value);
  document.documentElement.lang = language.value;
});
