/** What stands on and beside the bars: critical path, events, labels. */
import { presence } from './colour';
import { type Frame, eachRow, extentOf, xOf } from './frame';
import { LEAST_BAR } from './geometry';
import { labelOf } from './label';

type Canvas = CanvasRenderingContext2D;

const DIAMOND = 7;
/** Events closer than this merge into one mark with their number. */
export const MERGE_PX = 6;
const LABEL_GAP = 8;

/** Underlines the moments in which the story waited for this span itself. */
export function paintPath(canvas: Canvas, frame: Frame): void {
  const { path, geometry, palette, width } = frame;
  if (!path) return;
  canvas.fillStyle = palette.fg;
  eachRow(frame, (row, top) => {
    canvas.globalAlpha = presence(frame, row);
    // A parent's slivers between children say nothing at this zoom; a short leaf is drawn like its bar.
    const least = frame.model.size[row] > 1 ? 1 : 0;
    let drawnTo = Infinity;
    for (let segment = path.offset[row]; segment < path.offset[row + 1]; segment++) {
      const left = xOf(frame, path.from[segment]);
      const end = xOf(frame, path.to[segment]);
      if (end - left < least) continue;
      const right = Math.max(left + LEAST_BAR, end);
      // Latest first: what falls into a pixel already drawn is not drawn again.
      if (right < 0 || left > width || left >= drawnTo - 0.5) continue;
      drawnTo = left;
      canvas.fillRect(Math.max(left, -2), top + geometry.pathTop, Math.min(right, width + 2) - Math.max(left, -2), geometry.pathHeight);
    }
  });
  canvas.globalAlpha = 1;
}

/** Events of a row as they are drawn: position, and how many stand for one mark. */
export interface EventMark {
  x: number;
  /** Index of the first event, and of the one behind the last. */
  first: number;
  end: number;
}

export function eventMarks(frame: Frame, row: number): EventMark[] {
  const { model } = frame;
  const marks: EventMark[] = [];
  for (let event = model.eventFrom[row]; event < model.eventFrom[row + 1]; event++) {
    const x = xOf(frame, model.eventTime[event]);
    const last = marks.at(-1);
    if (last && x - last.x < MERGE_PX) last.end = event + 1;
    else marks.push({ x, first: event, end: event + 1 });
  }
  return marks.filter(({ x }) => x > -DIAMOND && x < frame.width + DIAMOND);
}

export function paintEvents(canvas: Canvas, frame: Frame): void {
  const { palette, geometry, model } = frame;
  canvas.lineWidth = 1.5;
  eachRow(frame, (row, top) => {
    if (model.eventFrom[row] === model.eventFrom[row + 1]) return;
    canvas.globalAlpha = presence(frame, row);
    canvas.fillStyle = palette.surface;
    canvas.strokeStyle = palette.fg;
    for (const { x: at, first, end } of eventMarks(frame, row)) {
      // At the very start of the view a mark would be cut in half.
      const x = at >= 0 ? Math.max(at, DIAMOND / 2 + 2) : at;
      if (end - first === 1) paintDiamond(canvas, x, top + geometry.eventCenter);
      else paintCount(canvas, frame, String(end - first), x, top + geometry.eventCenter);
    }
  });
  canvas.globalAlpha = 1;
}

function paintDiamond(canvas: Canvas, x: number, y: number): void {
  const arm = (DIAMOND * Math.SQRT2) / 2 - 0.75;
  canvas.beginPath();
  canvas.moveTo(x, y - arm);
  canvas.lineTo(x + arm, y);
  canvas.lineTo(x, y + arm);
  canvas.lineTo(x - arm, y);
  canvas.closePath();
  canvas.fill();
  canvas.stroke();
}

function paintCount(canvas: Canvas, { palette }: Frame, text: string, x: number, y: number): void {
  canvas.font = palette.count;
  const width = Math.max(12, canvas.measureText(text).width + 7);
  x = Math.max(x, width / 2 + 1);
  canvas.beginPath();
  canvas.roundRect(x - width / 2, y - 6, width, 12, 6);
  canvas.fill();
  canvas.stroke();
  canvas.fillStyle = palette.fg;
  canvas.textAlign = 'center';
  canvas.textBaseline = 'middle';
  canvas.fillText(text, x, y + 0.5);
  canvas.fillStyle = palette.surface;
}

/** Beside the bar: right of it while there is room, else left of it; on it when it fills the view. */
export function paintLabels(canvas: Canvas, frame: Frame): void {
  const { model, palette, geometry, width } = frame;
  canvas.font = palette.label;
  canvas.textBaseline = 'middle';
  eachRow(frame, (row, top) => {
    const label = labelOf(model, row);
    const extent = label ? extentOf(frame, row) : null;
    if (!extent) return;
    const text = canvas.measureText(label).width;
    const middle = top + geometry.barTop + geometry.barHeight / 2;
    const right = Math.max(extent.right, 0) + LABEL_GAP;
    // Text that steps back keeps its contrast.
    canvas.fillStyle = presence(frame, row) < 1 ? palette.fg3 : palette.fg2;
    canvas.textAlign = 'left';
    if (right + text < width) canvas.fillText(label, right, middle + 0.5);
    else if (extent.left > text + LABEL_GAP) canvas.fillText(label, extent.left - LABEL_GAP - text, middle + 0.5);
    else paintOnBar(canvas, frame, label, Math.max(extent.left, 0) + LABEL_GAP, middle, text);
  });
}

/** On a ground of its own, because a bar may have any colour. */
function paintOnBar(canvas: Canvas, { palette, geometry }: Frame, label: string, x: number, middle: number, text: number): void {
  const height = geometry.barHeight;
  canvas.fillStyle = palette.surface;
  canvas.beginPath();
  canvas.roundRect(x, middle - height / 2, text + 12, height, 2);
  canvas.fill();
  canvas.fillStyle = palette.fg2;
  canvas.fillText(label, x + 6, middle + 0.5);
}
