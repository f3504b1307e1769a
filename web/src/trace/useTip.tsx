/** Says what is under the pointer on the timeline: an event's name, or the bar's span and when it ran. */
import { type PointerEvent, type ReactNode, type RefObject, useRef } from 'react';
import { duration } from '../format';
import { type Frame, extentOf } from './frame';
import { RULER_HEIGHT } from './geometry';
import { eventMarks } from './paintMarks';
import { itemAt } from './rows';

const NEAR_PX = 6;
const MOST_NAMES = 4;

interface Tip {
  element: ReactNode;
  handlers: {
    onPointerMove: (event: PointerEvent<HTMLDivElement>) => void;
    onPointerLeave: () => void;
  };
}

export function useTip(frame: Frame, track: RefObject<HTMLElement | null>): Tip {
  const element = useRef<HTMLDivElement>(null);
  // Written to the DOM directly: hovering must not render the waterfall.
  const show = (text: string, x: number, y: number): void => {
    const tip = element.current;
    if (!tip) return;
    tip.hidden = text === '';
    tip.textContent = text;
    if (!text) return;
    tip.style.left = `${Math.max(4, Math.min(x + 12, window.innerWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${y + 18 + tip.offsetHeight > window.innerHeight ? y - tip.offsetHeight - 8 : y + 18}px`;
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const box = track.current?.getBoundingClientRect();
    const grid = event.currentTarget.getBoundingClientRect();
    const fromTop = event.clientY - grid.top;
    if (!box || event.pointerType === 'touch' || event.clientX < box.left || fromTop < RULER_HEIGHT) return show('', 0, 0);
    const y = fromTop + event.currentTarget.scrollTop - RULER_HEIGHT;
    show(textAt(frame, event.clientX - box.left, y), event.clientX, event.clientY);
  };
  return {
    element: <div ref={element} className="tip" role="presentation" hidden />,
    handlers: { onPointerMove, onPointerLeave: () => show('', 0, 0) },
  };
}

function textAt(frame: Frame, x: number, y: number): string {
  const { rows, model } = frame;
  if (rows.count === 0 || y > rows.top[rows.count]) return '';
  const row = rows.item[itemAt(rows, y)];
  if (row < 0) return '';
  const mark = eventMarks(frame, row).find((each) => Math.abs(each.x - x) <= NEAR_PX);
  if (mark) {
    const names = Array.from({ length: Math.min(mark.end - mark.first, MOST_NAMES) }, (_, at) => model.strings[model.eventName[mark.first + at]]);
    const more = mark.end - mark.first - names.length;
    return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''} at ${duration(model.eventTime[mark.first])}`;
  }
  const extent = extentOf(frame, row);
  if (!extent || x < extent.left - 2 || x > extent.right + 2) return '';
  const took = duration(model.end[row] - model.start[row]);
  return `${model.strings[model.name[row]]}, ${took} from ${duration(model.start[row])}, self ${duration(model.selfTime[row])}`;
}
