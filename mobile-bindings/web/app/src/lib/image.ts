// Photos before they are kept: made smaller and written anew, so that neither place nor camera data goes along, unless
// a person wants it as evidence.
import { exifOf, withExif, type Exif } from './exif';

const kLongest = 1600; // pixels
const kQuality = 0.82;

export async function shrinkPhoto(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const scale = Math.min(1, kLongest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return await new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob === null ? reject(new Error('no picture')) : resolve(blob)), 'image/jpeg', kQuality));
}
// With what the camera said, where it said something.
export async function photoWithExif(file: Blob): Promise<{ content: Blob; exif: Exif | undefined }> {
  const small = await shrinkPhoto(file);
  const exif = exifOf(new Uint8Array(await file.arrayBuffer()));
  if (exif === undefined) return { content: small, exif };
  const whole = withExif(new Uint8Array(await small.arrayBuffer()), exif);
  return { content: new Blob([whole as BlobPart], { type: small.type }), exif };
}
export const isPhoto = (file: Blob) => /^image\/(jpeg|png|webp|heic|heif|avif|bmp)$/.test(file.type);

export async function base64(content: Blob): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'));
    reader.readAsDataURL(content);
  });
  return url.slice(url.indexOf(',') + 1);
}

// Offers a file to the person: saved where downloads go.
export function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
