// The service worker, new versions of the app, and its way to the home screen.
import { signal } from '@preact/signals';

// Takes the new version into use; undefined: there is none.
export const update = signal<(() => void) | undefined>(undefined);

interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}
let prompt: InstallPrompt | undefined;
export const installable = signal(false);
addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  prompt = event as InstallPrompt;
  installable.value = true;
});
export async function install(): Promise<void> {
  await prompt?.prompt();
  installable.value = false;
}

export async function keepOffline(): Promise<void> {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  const registration = await navigator.serviceWorker.register('./service_worker.js');
  const offer = (worker: ServiceWorker | null) => {
    if (worker === null || navigator.serviceWorker.controller === null) return;
    update.value = () => {
      navigator.serviceWorker.addEventListener('controllerchange', () => location.reload());
      worker.postMessage('take over');
    };
  };
  offer(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const coming = registration.installing;
    coming?.addEventListener('statechange', () => coming.state === 'installed' && offer(coming));
  });
}
