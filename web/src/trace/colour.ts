/** What colour a row's bar has, under each of the four colourings. */
import type { Frame } from './frame';
import { Flag, has } from './model';

export interface Ink {
  colour: string;
  /** Between 0 and 1; self time is told by strength, not by hue. */
  alpha: number;
}

export function inkOf({ model, palette, colouring }: Frame, row: number): Ink {
  switch (colouring) {
    case 'agent':
      return { colour: palette.lane[model.lane[row]], alpha: 1 };
    case 'outcome':
      return { colour: palette.outcome[model.outcome[row]], alpha: 1 };
    case 'pnl':
      return pnlInk(model.pnl[row], palette);
    case 'self':
      return { colour: palette.fg2, alpha: strength(model.selfTime[row], model.endNs) };
  }
}

function pnlInk(pnl: number, { gain, loss, fg3 }: Frame['palette']): Ink {
  if (pnl > 0) return { colour: gain, alpha: 1 };
  if (pnl < 0) return { colour: loss, alpha: 1 };
  return { colour: fg3, alpha: 0.45 };
}

/** Square root: a tenth of the story is already a third of the ink. */
const strength = (own: number, story: number): number =>
  0.15 + 0.85 * Math.sqrt(Math.min(1, Math.max(0, own) / Math.max(1, story)));

/** Rows that find did not match step back. */
export function presence({ hits }: Frame, row: number): number {
  return hits && !hits[row] ? 0.3 : 1;
}

export const isParent = ({ model }: Frame, row: number): boolean => model.size[row] > 1 || has(model, row, Flag.missing);
