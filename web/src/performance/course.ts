/** The course of the net result and of its falls as lines in a box: the axis of money, and whose lines are drawn. */
import { scaleOf, type Scale } from '../decisions/charts';
import type { Figures, Performance } from './api';

export const EQUITY = { width: 1000, height: 176 } as const;
export const FALLS = { width: 1000, height: 48 } as const;

/** Beyond this many lines a chart is a thicket; the table has the others. */
const MOST_LINES = 6;

export interface Line {
  id: string;
  key: string | null;
  values: number[];
}

/** For drawing only. */
export const numbers = (texts: readonly string[]): number[] => texts.map(Number);

/** One line for each of the groups that moved most, when there are several. An hour of the day has no course. */
export function groupLines({ by, groups }: Performance): Line[] {
  if (by === 'hour' || groups.length < 2) return [];
  const moved = ({ net_usd, fees_usd }: Figures): number => Math.abs(Number(net_usd)) + Number(fees_usd);
  return groups
    .toSorted((a, b) => moved(b) - moved(a))
    .slice(0, MOST_LINES)
    .filter((group) => moved(group) > 0)
    .map(({ key, equity_usd }) => ({ id: key === null ? 'none' : `=${key}`, key, values: numbers(equity_usd) }));
}

/** A scale that covers all lines and zero, widened to whole ticks; and where those are. */
export function axisOf(lines: readonly (readonly number[])[], wanted = 4): { scale: Scale; ticks: number[] } {
  const { min, max } = scaleOf(lines.flat(), [0]);
  const step = niceStep((max - min) / wanted);
  const first = Math.floor(min / step + 1e-9);
  const last = Math.ceil(max / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  return { scale: { min: ticks[0], max: ticks.at(-1)! }, ticks };
}

/** The smallest of 1, 2, 2.5, 5 times a power of ten that is no less than `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return (([1, 2, 2.5, 5].find((each) => each * power >= least * (1 - 1e-9)) ?? 10) * power);
}

/** `$1.2k`, `−$40`, `$0.25`: a tick says where it is, not to the cent. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  const sign = value < 0 ? '\u2212' : '';
  const [digits, unit] = size >= 1e6 ? [size / 1e6, 'M'] : size >= 1e4 ? [size / 1e3, 'k'] : [size, ''];
  return `${sign}$${Number(digits.toPrecision(4)).toLocaleString('en-US', { maximumFractionDigits: 6 })}${unit}`;
}
