// Bundles that a person takes away or hands in: as a file of the page, by way of one of the core's.
import type { BundleImportResult } from 'gandan';
import { ask, changed, core } from './session';

export interface BundleWanted { readonly attachments: boolean; readonly everything: boolean }

export async function exportBundle(name: string, wanted: BundleWanted): Promise<Blob> {
  const at = await core().newPath(name);
  try {
    await ask('bundle.export', { file: at, ...wanted });
    return await core().getFile(at);
  } finally {
    void core().dropFile(at).catch(() => undefined);
  }
}

export async function importBundle(name: string, file: Blob): Promise<BundleImportResult> {
  const at = await core().putFile(name, file);
  try {
    const took = await ask('bundle.import', { file: at });
    changed();
    return took;
  } finally {
    void core().dropFile(at).catch(() => undefined);
  }
}
