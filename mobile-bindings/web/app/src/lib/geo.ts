// Positions and boundaries on a plane. Pure functions.
export interface Position {
  latitude_e7: number;
  longitude_e7: number;
  accuracy_cm: number;
}
export type Point = readonly [x: number, y: number]; // Web Mercator, world 0…1
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const isPosition = (value: unknown): value is Position =>
  typeof value === 'object' && value !== null && 'latitude_e7' in value && 'longitude_e7' in value;

export function mercator(longitude: number, latitude: number): Point {
  const sin = Math.sin((Math.max(-85, Math.min(85, latitude)) * Math.PI) / 180);
  return [longitude / 360 + 0.5, 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)];
}
export const pointOf = (p: Position) => mercator(p.longitude_e7 / 1e7, p.latitude_e7 / 1e7);
export const positionText = (p: Position) => `${(p.latitude_e7 / 1e7).toFixed(5)}, ${(p.longitude_e7 / 1e7).toFixed(5)}`;

// Rings of all polygons and lines of a GeoJSON file; what it has besides is passed over.
export interface Boundary {
  name: string;
  rings: Point[][];
}
export function boundaries(geojson: unknown): Boundary[] {
  const out: Boundary[] = [];
  const point = (c: unknown): Point[] =>
    Array.isArray(c) && typeof c[0] === 'number' && typeof c[1] === 'number' ? [mercator(c[0], c[1])] : [];
  const ring = (c: unknown): Point[] => (Array.isArray(c) ? c.flatMap(point) : []);
  const rings = (type: unknown, c: unknown): Point[][] => {
    if (!Array.isArray(c)) return [];
    if (type === 'LineString') return [ring(c)];
    if (type === 'Polygon' || type === 'MultiLineString') return c.map(ring);
    if (type === 'MultiPolygon') return c.flatMap((polygon) => (Array.isArray(polygon) ? polygon.map(ring) : []));
    return [];
  };
  const visit = (node: unknown, name: string): void => {
    if (typeof node !== 'object' || node === null) return;
    const object = node as Record<string, unknown>;
    if (Array.isArray(object.features)) for (const feature of object.features) visit(feature, '');
    else if (Array.isArray(object.geometries)) for (const geometry of object.geometries) visit(geometry, name);
    else if (object.geometry !== undefined) {
      const properties = (object.properties ?? {}) as Record<string, unknown>;
      visit(object.geometry, String(properties.name ?? properties.ten ?? properties.NAME ?? ''));
    } else {
      const found = rings(object.type, object.coordinates).filter((one) => one.length > 1);
      if (found.length > 0) out.push({ name, rings: found });
    }
  };
  visit(geojson, '');
  return out;
}

export function boxOf(points: Iterable<Point>, least = 2e-6): Box | undefined {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
  if (x0 > x1) return undefined;
  const pad = Math.max(least, (x1 - x0) * 0.08, (y1 - y0) * 0.08);
  return { x: x0 - pad, y: y0 - pad, width: x1 - x0 + 2 * pad, height: y1 - y0 + 2 * pad };
}

// Points that would lie on each other are shown as one: by cells of `size`.
export function clusters<T>(points: readonly { at: Point; what: T }[], size: number): { at: Point; members: T[] }[] {
  const cells = new Map<string, { x: number; y: number; members: T[] }>();
  for (const { at: [x, y], what } of points) {
    const key = `${Math.floor(x / size)} ${Math.floor(y / size)}`;
    const cell = cells.get(key) ?? { x: 0, y: 0, members: [] };
    cells.set(key, { x: cell.x + x, y: cell.y + y, members: [...cell.members, what] });
  }
  return [...cells.values()].map((cell) => ({ at: [cell.x / cell.members.length, cell.y / cell.members.length], members: cell.members }));
}
// A round length for a scale bar: metres for `pixels` at that width of view.
export function scaleBar(viewWidth: number, pixels: number, latitude: number): { metres: number; pixels: number } {
  const perPixel = (viewWidth * 40_075_016 * Math.cos((latitude * Math.PI) / 180)) / pixels;
  const wanted = perPixel * pixels * 0.25;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const metres = [5, 2, 1].map((n) => n * power).find((n) => n <= wanted) ?? power;
  return { metres, pixels: metres / perPixel };
}
