/** JSON as rows of path and value, so that anything a client sent can be read, however deep. */
import { plain } from './trail';

export interface Leaf {
  key: string;
  depth: number;
  /** Null: a heading over what is deeper. */
  value: string | null;
}

/** Objects beyond this depth, and lists of plain values, stay on one line. */
const DEEPEST = 4;
const MOST = 300;

export function leavesOf(value: Readonly<Record<string, unknown>>): Leaf[] {
  const leaves: Leaf[] = [];
  add(Object.entries(value), 0, leaves);
  return leaves.slice(0, MOST);
}

function add(entries: readonly (readonly [string, unknown])[], depth: number, into: Leaf[]): void {
  for (const [key, value] of entries) {
    const inner = depth < DEEPEST ? membersOf(value) : null;
    into.push({ key, depth, value: inner ? null : plain(value) });
    if (inner) add(inner, depth + 1, into);
  }
}

/** What is worth a row each: an object's members, and a list's when they are objects. */
function membersOf(value: unknown): [string, unknown][] | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!Array.isArray(value)) return Object.keys(value).length > 0 ? Object.entries(value) : null;
  const nested = value.some((each) => typeof each === 'object' && each !== null);
  return nested ? value.map((each, index) => [String(index + 1), each]) : null;
}

/** `last_order` → `Last order`: names as the clients write them, for people. */
export function titleOf(key: string): string {
  const words = key.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
