/** Dotted elbows from a causing span down (or up) to its effect in another lane; solid when either is selected. */
import { type Frame, xOf, yOf } from './frame';

type Canvas = CanvasRenderingContext2D;

/** The elbow comes in from the left of the effect's bar. */
const APPROACH = 7;
const CORNER = 4;
/** A story with more connectors in view than this is read by selecting, not by following lines. */
const MOST_DRAWN = 300;

export function paintConnectors(canvas: Canvas, frame: Frame, height: number): void {
  const { connectors, rows, selected, palette, first, end } = frame;
  let drawn = 0;
  for (let edge = 0; edge < connectors.count; edge++) {
    const cause = connectors.cause[edge];
    const effect = connectors.effect[edge];
    const chosen = cause === selected || effect === selected;
    const from = rows.shownAt[cause];
    const to = rows.shownAt[effect];
    // Both inside one fold, or one of them filtered away: there is nothing to join.
    if (from < 0 || to < 0 || from === to) continue;
    if (Math.max(from, to) < first || Math.min(from, to) >= end) continue;
    if (!chosen && drawn++ >= MOST_DRAWN) continue;
    canvas.strokeStyle = chosen ? palette.fg : palette.fg3;
    canvas.lineWidth = chosen ? 1.6 : 1;
    canvas.setLineDash(chosen ? [] : [2, 2.5]);
    paintElbow(canvas, frame, { cause, effect, from, to }, height);
  }
  canvas.setLineDash([]);
}

interface Elbow {
  /** Rows. */
  cause: number;
  effect: number;
  /** Items they are shown at. */
  from: number;
  to: number;
}

function paintElbow(canvas: Canvas, frame: Frame, { cause, effect, from, to }: Elbow, height: number): void {
  const { model, geometry, rows, width } = frame;
  const begun = xOf(frame, model.start[effect]);
  const x = begun - APPROACH;
  if (x < -APPROACH || x > width) return;
  const centre = (item: number): number =>
    yOf(frame, item) + (rows.item[item] < 0 ? geometry.laneHeight / 2 : geometry.barTop + geometry.barHeight / 2);
  // A dotted line across fifty thousand rows is a million dots; only those in sight are drawn.
  const inSight = (y: number): number => Math.max(-CORNER, Math.min(height + CORNER, y));
  const down = to > from ? 1 : -1;
  const startY = centre(from);
  const endY = centre(to);
  // The cause may have ended long before: the line then leaves its bar to the right first.
  const left = Math.max(0, Math.min(xOf(frame, model.end[cause]), x));
  canvas.beginPath();
  if (left < x - CORNER && inSight(startY) === startY) {
    canvas.moveTo(left, startY);
    canvas.lineTo(x - CORNER, startY);
    canvas.quadraticCurveTo(x, startY, x, startY + down * CORNER);
  } else canvas.moveTo(x, inSight(startY + (down * geometry.barHeight) / 2));
  canvas.lineTo(x, inSight(endY - down * CORNER));
  if (inSight(endY) === endY) {
    canvas.quadraticCurveTo(x, endY, x + CORNER, endY);
    canvas.lineTo(begun - 1, endY);
  }
  canvas.stroke();
}
