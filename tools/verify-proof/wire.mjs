// Bytes and hashes as schema/wire/encoding.md and crypto.md have them. Whatever is not as written there is refused.
import { createHash, createPublicKey, verify } from 'node:crypto';

/** What does not hold: the section that says so, and the sentence in both languages. */
export class Refused extends Error {
  constructor(section, en, vi) {
    super(en);
    Object.assign(this, { section, en, vi });
  }
}
export const refuse = (section, en, vi) => {
  throw new Refused(section, en, vi);
};
export const require = (holds, ...why) => holds || refuse(...why);

const canonical = ['encoding.md 1', 'an encoding is not the canonical one', 'cách mã hoá không đúng chuẩn'];
const short = ['encoding.md 1', 'the file ends too early', 'tệp bị cụt'];
export const newer = (section) => [section, 'it is of a later version than this verifier', 'phiên bản mới hơn bộ kiểm này'];

/** The bounded reader of encoding.md section 1. Varints are BigInt; num() is one that has to be small. */
export class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }
  left() {
    return this.bytes.length - this.at;
  }
  raw(length) {
    require(length <= this.left(), ...short);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
  varint() {
    let value = 0n;
    for (let i = 0n; i < 10n; ++i) {
      const byte = this.raw(1)[0];
      value |= BigInt(byte & 127) << (7n * i);
      if (byte < 128) {
        require((byte !== 0 || i === 0n) && value < 1n << 64n, ...canonical); // shortest form, 64 bits
        return value;
      }
    }
    return refuse(...canonical);
  }
  num(max = Number.MAX_SAFE_INTEGER) {
    const value = this.varint();
    require(value <= BigInt(max), 'encoding.md 1', 'a number is out of its range', 'một con số ngoài giới hạn');
    return Number(value);
  }
  signed() {
    return unzigzag(this.varint());
  }
  bool() {
    return this.num(1) === 1;
  }
  blob(max) {
    return this.raw(this.num(max));
  }
  text(max) {
    return utf8(this.blob(max));
  }
  list(read, max) {
    const count = this.num(max);
    require(count <= this.left(), ...short); // an element has a byte at least
    return Array.from({ length: count }, () => read(this));
  }
  hashes(max) {
    return this.list((r) => r.raw(32), max);
  }
  end() {
    require(this.left() === 0, 'encoding.md 1', 'bytes are left over', 'thừa byte ở cuối');
  }
}

export const unzigzag = (v) => BigInt.asIntN(64, (v >> 1n) ^ -(v & 1n));
const zigzag = (v) => BigInt.asUintN(64, (v << 1n) ^ (v >> 63n));
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
export function utf8(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    return refuse('encoding.md 1', 'a text is not UTF-8', 'chữ không phải UTF-8');
  }
}

// The writer, for what has to be put together again before it is hashed.
export function varint(value) {
  const bytes = [];
  let v = BigInt(value);
  for (; v > 127n; v >>= 7n) bytes.push(Number(v & 127n) | 128);
  return Buffer.from([...bytes, Number(v)]);
}
export const signed = (value) => varint(zigzag(value));
export const withLength = (bytes) => Buffer.concat([varint(bytes.length), bytes]);
export function u(bits, value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes.subarray(8 - bits / 8);
}

export const hex = (bytes) => Buffer.from(bytes).toString('hex');
export const same = (a, b) => Buffer.compare(a, b) === 0;
export const zeros = (length) => Buffer.alloc(length);
export const isZero = (bytes) => bytes.every((b) => b === 0);
export const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();

/** encoding.md section 2: the 128 bits as a number, most significant first, in 26 digits of Crockford base32. */
export function base32(id) {
  let value = BigInt(`0x${hex(id)}`);
  let text = '';
  for (let i = 0; i < 26; ++i, value >>= 5n) text = '0123456789abcdefghjkmnpqrstvwxyz'[Number(value & 31n)] + text;
  return text;
}

/** crypto.md section 2. */
export const prefix = (domain, realm) => Buffer.concat([Buffer.from([domain.length]), Buffer.from(domain, 'ascii'), realm]);
export const tagged = (domain, realm, ...parts) => sha256(prefix(domain, realm), ...parts);

// crypto.md section 1: y = 0, 1, p - 1, p, p + 1 and the two of order 8, little-endian, without the sign bit.
const P = (1n << 255n) - 19n;
const littleEndian = (v) => Buffer.from(v.toString(16).padStart(64, '0'), 'hex').reverse().toString('hex');
const smallOrder = new Set([
  ...[0n, 1n, P - 1n, P, P + 1n].map(littleEndian),
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]);
const spki = Buffer.from('302a300506032b6570032100', 'hex'); // RFC 8410: an Ed25519 public key follows

const publicKeys = new Map();
function publicKeyOf(key) {
  const name = hex(key);
  if (!publicKeys.has(name)) publicKeys.set(name, createPublicKey({ key: Buffer.concat([spki, key]), format: 'der', type: 'spki' }));
  return publicKeys.get(name);
}

/** crypto.md section 1: pure Ed25519 (RFC 8032); OpenSSL refuses an S that is not below the group's order. */
export function signatureHolds(key, message, signature) {
  const y = Buffer.from(key);
  y[31] &= 127;
  if (smallOrder.has(hex(y)) || signature.length !== 64) return false;
  try {
    return verify(null, message, publicKeyOf(key), signature);
  } catch {
    return false;
  }
}
