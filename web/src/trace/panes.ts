/** Widths of the tree and the panel: a person's own, kept in this browser, not part of a link. */

export interface Pane {
  width: number;
  least: number;
  most: number;
}

export type PaneName = 'tree' | 'panel';
export type PaneWidths = Partial<Record<PaneName, number>>;

interface Limits {
  usual: number;
  wide: number;
  least: number;
  most: number;
}

const LIMITS: Record<PaneName, Limits> = {
  tree: { usual: 388, wide: 440, least: 260, most: 760 },
  panel: { usual: 336, wide: 420, least: 280, most: 640 },
};

/** The timeline keeps at least this much, whatever the panes were set to in a larger window. */
const LEAST_TIMELINE = 240;
const RAIL = 52;
/** In a smaller window the panel lies below (trace.css), and the tree has its width. */
const BESIDE = 960;

/** The pane as it fits into a window of `windowPx`; from 1600 px on both are wider. */
export function paneOf(name: PaneName, widths: PaneWidths, windowPx: number): Pane {
  const limits = LIMITS[name];
  const other = name === 'tree' ? 'panel' : 'tree';
  const usual = (each: PaneName): number => widths[each] ?? (windowPx >= 1600 ? LIMITS[each].wide : LIMITS[each].usual);
  const taken = windowPx < BESIDE ? 0 : Math.min(usual(other), LIMITS[other].usual);
  const room = windowPx - RAIL - LEAST_TIMELINE - taken;
  const most = Math.max(limits.least, Math.min(limits.most, room));
  return { width: clamp(usual(name), limits.least, most), least: limits.least, most };
}

const clamp = (value: number, least: number, most: number): number => Math.round(Math.max(least, Math.min(most, value)));

const KEY = 'fleaglass.trace.panes';

export function loadWidths(storage: Pick<Storage, 'getItem'>): PaneWidths {
  try {
    const saved = JSON.parse(storage.getItem(KEY) ?? '{}') as Record<string, unknown>;
    const width = (name: PaneName): PaneWidths => (typeof saved[name] === 'number' ? { [name]: saved[name] } : {});
    return { ...width('tree'), ...width('panel') };
  } catch {
    // Blocked storage, or another program's value: the usual widths.
    return {};
  }
}

export function saveWidths(storage: Pick<Storage, 'setItem'>, widths: PaneWidths): void {
  try {
    storage.setItem(KEY, JSON.stringify(widths));
  } catch {
    // Kept for this page only.
  }
}
