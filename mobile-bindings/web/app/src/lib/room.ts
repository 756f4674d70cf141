// Whether there is little room left. Pure function.
export interface Room {
  free: number; // bytes
  size: number;
}
const kLeastShare = 0.15; // of a browser's
const kLeast = 50_000_000; // bytes that photos of a day may want
const kLeastOnDisk = 500_000_000; // bytes: other programs fill an office computer's disk, too

export const isNearlyFull = ({ free, size }: Room, onDisk: boolean): boolean => (onDisk ? free < kLeastOnDisk : free < kLeast || free < kLeastShare * size);
