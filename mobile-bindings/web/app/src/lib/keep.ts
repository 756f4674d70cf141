// A file where a person wants it, on a USB stick: chosen before it is made, written, then read again from there and
// compared. Where the browser cannot do that, it goes where downloads go.
import { saveFile } from './image';

interface Handle {
  readonly name: string;
  createWritable(): Promise<{ write(content: Blob): Promise<void>; close(): Promise<void> }>;
  getFile(): Promise<Blob>;
}
type Picker = (options: { suggestedName: string }) => Promise<Handle>;

const hash = async (content: Blob) => new Uint8Array(await crypto.subtle.digest('SHA-256', await content.arrayBuffer()));

export type Kept = { how: 'checked' | 'differs' | 'downloaded'; name: string; size: number };

// undefined: the person chose no place. The place is asked for first: browsers let a page ask only right after a press.
export async function keepFile(suggestedName: string, make: () => Promise<Blob>): Promise<Kept | undefined> {
  const pick = (window as { showSaveFilePicker?: Picker }).showSaveFilePicker;
  if (pick === undefined) {
    const content = await make();
    saveFile(content, suggestedName);
    return { how: 'downloaded', name: suggestedName, size: content.size };
  }
  let handle: Handle;
  try {
    handle = await pick.call(window, { suggestedName });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw error;
  }
  const content = await make();
  const out = await handle.createWritable();
  await out.write(content);
  await out.close();
  const [wanted, found] = [await hash(content), await hash(await handle.getFile())];
  return { how: wanted.every((byte, place) => byte === found[place]) ? 'checked' : 'differs', name: handle.name, size: content.size };
}
