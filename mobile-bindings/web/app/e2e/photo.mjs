// Exif as a camera writes it, put into a JPEG: taken on its side at 09:10 on 5 February 2026, in Chiến Thắng commune.
export const kTaken = '2026-02-05 09:10:00';
export const kPlace = { latitude: 21.8534, longitude: 106.7619 };

// `little`: by Intel's order of bytes, else Motorola's; cameras use either. `hidden`: the place is zeros, as phones do it.
export function exifSegment({ little = true, hidden = false } = {}) {
  const tiff = new DataView(new ArrayBuffer(256));
  const u16 = (at, value) => tiff.setUint16(at, value, little);
  const u32 = (at, value) => tiff.setUint32(at, value, little);
  const text = (at, value) => [...value].forEach((letter, n) => tiff.setUint8(at + n, letter.charCodeAt(0)));
  const entry = (at, tag, type, count) => { u16(at, tag); u16(at + 2, type); u32(at + 4, count); return at + 8; };
  const degrees = (at, value) => {
    const minutes = (value % 1) * 60;
    [[Math.trunc(value), 1], [Math.trunc(minutes), 1], [Math.round((minutes % 1) * 60 * 100), 100]].forEach(([over, under], n) => { u32(at + 8 * n, over); u32(at + 8 * n + 4, under); });
  };
  text(0, little ? 'II' : 'MM');
  u16(2, 42);
  u32(4, 8);
  const [exif, gps] = [50, 68];
  u16(8, 3);
  u16(entry(10, 0x0112, 3, 1), 6);
  u32(entry(22, 0x8769, 4, 1), exif);
  u32(entry(34, 0x8825, 4, 1), gps);
  u16(exif, 1);
  u32(entry(exif + 2, 0x9003, 2, 20), 180);
  text(180, kTaken.replaceAll('-', ':'));
  u16(gps, 4);
  text(entry(gps + 2, 1, 2, 2), 'N');
  u32(entry(gps + 14, 2, 5, 3), 130);
  text(entry(gps + 26, 3, 2, 2), 'E');
  u32(entry(gps + 38, 4, 5, 3), 154);
  if (!hidden) {
    degrees(130, kPlace.latitude);
    degrees(154, kPlace.longitude);
  }
  return Uint8Array.from([...[...'Exif\0\0'].map((letter) => letter.charCodeAt(0)), ...new Uint8Array(tiff.buffer)]);
}
export function taken(jpeg, segment = exifSegment()) {
  const length = segment.length + 2;
  return Uint8Array.from([...jpeg.subarray(0, 2), 0xff, 0xe1, length >> 8, length & 0xff, ...segment, ...jpeg.subarray(2)]);
}
