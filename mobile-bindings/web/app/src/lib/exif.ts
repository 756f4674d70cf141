// Exif: what a camera wrote into a photo: when, where, with what. Found in a JPEG, and carried into a smaller copy.
//
//   FF D8 · FF E1 length "Exif" 0 0 │ "II" or "MM", 42, offset ─> IFD0 ─ 0x8769 ─> when, 0x8825 ─> where      (Exif 2.3, TIFF 6.0)
//
// Pure functions. What is malformed counts as absent.
export interface Exif {
  readonly segment: Uint8Array; // "Exif" 0 0 and the TIFF, to be put into another JPEG
  readonly taken: string; // "2026-02-05 09:10:00" by the camera's clock; empty: it does not say
  readonly place: { latitude: number; longitude: number } | undefined; // degrees
}

const kSoi = 0xffd8;
const kSos = 0xda; // from here on there is the picture
const kApp1 = 0xe1;
const kName = 'Exif\0\0';
const kOrientation = 0x0112;
const kDateTime = 0x0132;
const kExifIfd = 0x8769;
const kGpsIfd = 0x8825;
const kDateTimeOriginal = 0x9003;
const [kLatitudeRef, kLatitude, kLongitudeRef, kLongitude] = [1, 2, 3, 4] as const;
const kUpright = 1;

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

// Where the segment's content lies.
function find(jpeg: Uint8Array): { at: number; end: number } | undefined {
  const view = viewOf(jpeg);
  if (jpeg.length < 4 || view.getUint16(0) !== kSoi) return undefined;
  for (let at = 2; at + 4 <= jpeg.length && jpeg[at] === 0xff && jpeg[at + 1] !== kSos;) {
    const end = at + 2 + view.getUint16(at + 2);
    if (jpeg[at + 1] === kApp1 && String.fromCharCode(...jpeg.subarray(at + 4, at + 4 + kName.length)) === kName) return end > jpeg.length ? undefined : { at: at + 4, end };
    at = end;
  }
  return undefined;
}

// The entries of one directory: tag to where its value lies.
class Directory {
  readonly #entries = new Map<number, number>();
  constructor(readonly tiff: DataView, readonly little: boolean, offset: number) {
    const count = tiff.getUint16(offset, little);
    for (let n = 0; n < count; ++n) this.#entries.set(tiff.getUint16(offset + 2 + 12 * n, little), offset + 2 + 12 * n + 8);
  }
  at(tag: number): number | undefined {
    return this.#entries.get(tag);
  }
  below(tag: number): Directory | undefined {
    const at = this.at(tag);
    return at === undefined ? undefined : new Directory(this.tiff, this.little, this.tiff.getUint32(at, this.little));
  }
  text(tag: number): string {
    const at = this.at(tag);
    if (at === undefined) return '';
    const length = this.tiff.getUint32(at - 4, this.little);
    const from = length <= 4 ? at : this.tiff.getUint32(at, this.little);
    return Array.from({ length }, (_, n) => String.fromCharCode(this.tiff.getUint8(from + n))).join('').replace(/\0.*$/s, '');
  }
  // Degrees, minutes and seconds as three fractions. Phones that hide the place leave zeros.
  degrees(tag: number): number | undefined {
    const at = this.at(tag);
    if (at === undefined) return undefined;
    const from = this.tiff.getUint32(at, this.little);
    const [d, m, s] = [0, 8, 16].map((more) => this.tiff.getUint32(from + more, this.little) / this.tiff.getUint32(from + more + 4, this.little)) as [number, number, number];
    const all = d + m / 60 + s / 3600;
    return Number.isFinite(all) ? all : undefined;
  }
}

function placeOf(gps: Directory | undefined): Exif['place'] {
  const [latitude, longitude] = [gps?.degrees(kLatitude), gps?.degrees(kLongitude)];
  if (gps === undefined || latitude === undefined || longitude === undefined) return undefined;
  return { latitude: gps.text(kLatitudeRef) === 'S' ? -latitude : latitude, longitude: gps.text(kLongitudeRef) === 'W' ? -longitude : longitude };
}

export function exifOf(jpeg: Uint8Array): Exif | undefined {
  const found = find(jpeg);
  if (found === undefined) return undefined;
  const segment = jpeg.slice(found.at, found.end);
  try {
    const tiff = viewOf(segment.subarray(kName.length));
    const little = tiff.getUint16(0) === 0x4949;
    const main = new Directory(tiff, little, tiff.getUint32(4, little));
    const taken = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(main.below(kExifIfd)?.text(kDateTimeOriginal) || main.text(kDateTime));
    const turned = main.at(kOrientation);
    if (turned !== undefined) tiff.setUint16(turned, kUpright, little); // the smaller copy is drawn upright
    return { segment, taken: taken === null ? '' : `${taken[1]}-${taken[2]}-${taken[3]} ${taken[4]}`, place: placeOf(main.below(kGpsIfd)) };
  } catch {
    return undefined; // an offset that points outside
  }
}

export function withExif(jpeg: Uint8Array, { segment }: Exif): Uint8Array {
  const out = new Uint8Array(jpeg.length + 4 + segment.length);
  out.set(jpeg.subarray(0, 2));
  out.set([0xff, kApp1, (segment.length + 2) >> 8, (segment.length + 2) & 0xff], 2);
  out.set(segment, 6);
  out.set(jpeg.subarray(2), 6 + segment.length);
  return out;
}
