// How much room the browser gives this app, and whether it is nearly used up: where the vault lies there.
import { computed, effect, signal } from '@preact/signals';
import { native, revision } from './session';

export const storage = signal<{ used: number; quota: number } | undefined>(undefined);
const kFull = 0.85; // of what there is
const kLeast = 50_000_000; // bytes that photos of a day may want
export const nearlyFull = computed(() => !native.value && storage.value !== undefined && (storage.value.used > kFull * storage.value.quota || storage.value.quota - storage.value.used < kLeast));

effect(() => {
  revision.value; // asked again after each change
  void navigator.storage?.estimate?.().then(({ usage = 0, quota = 0 }) => {
    if (quota > 0) storage.value = { used: usage, quota };
  });
});
