// How much room there is where the vault lies, and whether it is nearly used up: of what the browser gives this app, or
// on the disk of an office computer.
import { computed, effect, signal } from '@preact/signals';
import { isNearlyFull, type Room } from './lib/room';
import { core, native, phase, revision } from './session';

export const room = signal<Room | undefined>(undefined);
export const nearlyFull = computed(() => room.value !== undefined && isNearlyFull(room.value, native.value));

effect(() => {
  revision.value; // asked again after each change
  if (phase.value === 'open') void core().room().then((now) => {
    room.value = now;
  }, () => undefined);
});
