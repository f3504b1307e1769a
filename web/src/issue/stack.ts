/** A stack for people: library frames folded together, where a frame is, and the whole as text. */
import type { Exception, Frame, Stack } from './shapes';

/** Consecutive frames of the same kind. The innermost call comes first, as one reads from what failed outwards. */
export interface Run {
  inApp: boolean;
  frames: Frame[];
}

export function runsOf(stack: Stack): Run[] {
  const runs: Run[] = [];
  const known = stack.frames.some(({ in_app }) => in_app);
  for (const frame of stack.frames.toReversed()) {
    // Without any frame of its own, nothing tells what to fold: all are shown.
    const inApp = frame.in_app || !known;
    const last = runs.at(-1);
    if (last?.inApp === inApp) last.frames.push(frame);
    else runs.push({ inApp, frames: [frame] });
  }
  return runs;
}

/** `agent/loop.py:41`, `agent.loop`, or what is known. */
export function placeOf({ filename, abs_path, module, line }: Frame): string {
  const file = filename || module || abs_path || 'unknown place';
  return line === null ? file : `${file}:${line}`;
}

export const functionOf = (frame: Frame): string => frame.function || 'unnamed function';

/** As a person pastes it: each exception, the innermost call last, with its line of source. */
export function asText(exceptions: readonly Exception[], stack: Stack | null): string {
  const parts = exceptions.map(({ type, value, stack: own }) => [stackText(own), heading(type, value)].filter(Boolean).join('\n'));
  return [...parts, stackText(stack)].filter(Boolean).join('\n\n');
}

const heading = (type: string, value: string): string => [type, value].filter(Boolean).join(': ');

function stackText(stack: Stack | null): string {
  if (!stack) return '';
  const lines = stack.frames.flatMap((frame) => {
    const where = `  ${placeOf(frame)}, in ${functionOf(frame)}`;
    const call = frame.at === null ? '' : (frame.source[frame.at]?.text.trim() ?? '');
    return call ? [where, `    ${call}`] : [where];
  });
  return ['Stack, the innermost call last:', ...lines].join('\n');
}
