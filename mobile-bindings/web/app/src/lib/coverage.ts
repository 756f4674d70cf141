// How villages are covered: whom of the households on a list somebody visited, and how often people met. Pure functions.
export interface ListedHousehold {
  id: string;
  code: string;
  village: string; // empty: not said
}
export interface VillageCoverage {
  village: string; // its id; empty: not known
  listed: readonly ListedHousehold[];
  unvisited: readonly ListedHousehold[];
  visits: number;
  meetings: number;
}

// A visit names its household's record, or its code alone: that counts where one village only has that code. Codes of
// other villages never make a household visited.
export function villageCoverage(households: readonly ListedHousehold[], visits: readonly { affected: string; household: string }[], meetings: readonly string[]): VillageCoverage[] {
  const byId = new Map(households.map((one) => [one.id, one]));
  const byCode = new Map<string, ListedHousehold[]>();
  for (const one of households) byCode.set(key(one.code), [...(byCode.get(key(one.code)) ?? []), one]);
  const visited = new Set<string>();
  const numbers = new Map<string, { visits: number; meetings: number }>();
  const of = (village: string) => {
    const found = numbers.get(village) ?? { visits: 0, meetings: 0 };
    numbers.set(village, found);
    return found;
  };
  for (const visit of visits) {
    const named = byId.get(visit.affected);
    const found = named !== undefined ? [named] : (byCode.get(key(visit.household)) ?? []);
    const villages = new Set(found.map((one) => one.village));
    const village = villages.size === 1 ? [...villages][0]! : '';
    if (villages.size === 1) for (const one of found) visited.add(one.id);
    of(village).visits += 1;
  }
  for (const village of meetings) of(village).meetings += 1;
  for (const one of households) of(one.village);
  return [...numbers].map(([village, counted]) => {
    const listed = households.filter((one) => one.village === village);
    return { village, listed, unvisited: listed.filter((one) => !visited.has(one.id)), ...counted };
  }).sort((a, b) => Number(a.village === '') - Number(b.village === '') || b.unvisited.length - a.unvisited.length || b.visits - a.visits);
}
const key = (code: string) => code.trim().toLocaleUpperCase('vi');
