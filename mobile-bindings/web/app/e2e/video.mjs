// What a camera sees of a screen: QR codes one after another, grey and grainy, as raw video (YUV4MPEG2) that Chromium takes
// for its camera's.
import { writeFileSync } from 'node:fs';
import encodeQR from 'qr';

const kSide = 640; // pixels, of a square picture
const kRate = 10; // pictures a second
const kEach = 6; // pictures of each code
const [kDark, kLight, kGrain] = [70, 200, 24]; // of 255

export function film(path, texts) {
  const pictures = texts.flatMap((text) => Array.from({ length: kEach }, () => picture(text)));
  writeFileSync(path, Buffer.concat([Buffer.from(`YUV4MPEG2 W${kSide} H${kSide} F${kRate}:1 Ip A1:1 C420jpeg\n`), ...pictures]));
}
function picture(text) {
  const grey = Buffer.alloc((kSide * kSide * 3) / 2, 128);
  const cells = text === '' ? [[]] : encodeQR(text, 'raw', { ecc: text.length > 600 ? 'low' : 'medium', border: 3 });
  const size = (kSide * 0.9) / cells.length; // pixels of a module, no whole number of them
  const from = (kSide - size * cells.length) / 2;
  for (let y = 0; y < kSide; ++y)
    for (let x = 0; x < kSide; ++x) {
      const dark = cells[Math.floor((y - from) / size)]?.[Math.floor((x - from) / size)] === true;
      grey[y * kSide + x] = (dark ? kDark : kLight) + Math.round((Math.random() - 0.5) * kGrain);
    }
  return Buffer.concat([Buffer.from('FRAME\n'), grey]);
}
