/** The words beside a bar: only where something is wrong, missing or slow. */
import { duration } from '../format';
import { limitFor } from '../limits';
import { Flag, type TraceModel, has } from './model';

export function labelOf(model: TraceModel, row: number): string {
  const name = model.strings[model.name[row]];
  if (has(model, row, Flag.interrupted)) return 'interrupted, recovered from journal';
  if (has(model, row, Flag.error)) return model.strings[model.message[row]];
  if (has(model, row, Flag.open) && model.size[row] === 1) return has(model, row, Flag.client) ? 'no answer yet' : 'not finished yet';
  if (has(model, row, Flag.unknown) && model.size[row] === 1) return 'outcome unknown';
  if (has(model, row, Flag.loop)) return 'parent links run in a circle';
  if (has(model, row, Flag.slow) && model.size[row] === 1) return `over ${duration(limitFor(name))}`;
  return '';
}
