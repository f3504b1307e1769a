/** What a row says in text: the words and classes of its cells, and its name for a screen reader. */
import type { Outcome } from '../api/types';
import { OUTCOMES } from '../api/types';
import { duration, usd } from '../format';
import { labelOf } from './label';
import { Flag, type TraceModel, has } from './model';

/** The glyph before the name: only where something is not as it should be. */
export function glyphOf(model: TraceModel, row: number): Outcome | null {
  if (has(model, row, Flag.interrupted)) return 'interrupted';
  if (has(model, row, Flag.unknown)) return 'unknown';
  if (has(model, row, Flag.error)) return 'failed';
  if (has(model, row, Flag.open)) return 'flight';
  const outcome = OUTCOMES[model.outcome[row]];
  return outcome === 'rejected' || outcome === 'flight' ? outcome : null;
}

export function moneyOf(model: TraceModel, row: number): string {
  const amount = model.strings[model.money[row]];
  return usd(amount, { sign: has(model, row, Flag.pnl) });
}

export function moneyClass(model: TraceModel, row: number): string {
  if (!has(model, row, Flag.pnl) || !model.pnl[row]) return 'mut';
  return model.pnl[row] > 0 ? 'gain' : 'loss';
}

export const durationOf = (model: TraceModel, row: number): string => duration(model.end[row] - model.start[row]);

export function durationClass(model: TraceModel, row: number): string {
  if (has(model, row, Flag.open)) return 'open';
  return has(model, row, Flag.slow) ? 'slow' : '';
}

/** What the bar shows, in words. */
export function trackText(model: TraceModel, row: number): string {
  const events = model.eventFrom[row + 1] - model.eventFrom[row];
  const parts = [`starts at ${duration(model.start[row])}`, labelOf(model, row)];
  if (events > 0) parts.push(events === 1 ? '1 event' : `${events} events`);
  return parts.filter(Boolean).join(', ');
}
