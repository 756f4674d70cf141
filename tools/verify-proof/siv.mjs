// AES-256-SIV (RFC 5297), which node:crypto has not: opening only, from AES-256-ECB and -CTR. schema/wire/crypto.md section 1.
import { createCipheriv, timingSafeEqual } from 'node:crypto';

const double = (block) => { // in GF(2^128), RFC 5297 section 2.3
  const v = BigInt(`0x${block.toString('hex')}`);
  const twice = BigInt.asUintN(128, v << 1n) ^ (v >> 127n ? 0x87n : 0n);
  return Buffer.from(twice.toString(16).padStart(32, '0'), 'hex');
};
const xor = (a, b) => Buffer.from(a.map((x, i) => x ^ b[i]));
const pad = (bytes) => Buffer.concat([bytes, Buffer.from([0x80]), Buffer.alloc(15 - bytes.length)]);

function cmac(key, message) { // RFC 4493
  const aes = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  const k1 = double(aes.update(Buffer.alloc(16)));
  const last = message.length === 0 ? 0 : Math.floor((message.length - 1) / 16) * 16;
  let x = Buffer.alloc(16);
  for (let i = 0; i < last; i += 16) x = aes.update(xor(x, message.subarray(i, i + 16)));
  const tail = message.subarray(last);
  return aes.update(xor(x, tail.length === 16 ? xor(tail, k1) : xor(pad(tail), double(k1))));
}

/** The plaintext, or null when the tag does not hold. The key has 64 bytes; ad is a list of strings. */
export function openSiv(key, ad, sealed) {
  if (sealed.length < 16) return null;
  const [macKey, ctrKey] = [key.subarray(0, 32), key.subarray(32)];
  const [tag, ciphertext] = [sealed.subarray(0, 16), sealed.subarray(16)];
  const counter = Buffer.from(tag);
  counter[8] &= 127;
  counter[12] &= 127;
  const plain = createCipheriv('aes-256-ctr', ctrKey, counter).update(ciphertext);
  let d = cmac(macKey, Buffer.alloc(16)); // S2V, RFC 5297 section 2.4
  for (const part of ad) d = xor(double(d), cmac(macKey, part));
  const end = plain.length - 16;
  const t = end >= 0 ? Buffer.concat([plain.subarray(0, end), xor(plain.subarray(end), d)]) : xor(double(d), pad(plain));
  return timingSafeEqual(cmac(macKey, t), tag) ? plain : null;
}
