/** Times as typed into the range picker: `2026-11-20 14:30`, by the clock of the chosen zone. */
import { fromWall, wall, type Zone } from '../time';

const WALL = /^\s*(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*$/;

export const wallText = (ms: number, zone: Zone): string =>
  wall(ms, zone).toISOString().slice(0, 16).replace('T', ' ');

/** Unix milliseconds, or null when the text is no time. */
export function parseWall(text: string, zone: Zone): number | null {
  const match = WALL.exec(text);
  if (!match) return null;
  const [year, month, dayOfMonth, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0));
  const check = new Date(Date.UTC(year, month - 1, dayOfMonth, hour, minute, second));
  // Date rolls 31 February over into March; a typing error must not.
  if (check.getUTCMonth() !== month - 1 || check.getUTCDate() !== dayOfMonth) return null;
  return fromWall(check, zone);
}
