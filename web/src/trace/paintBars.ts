/**
 * Bars. Leaf: solid. Parent: a tint with an edge. Error: red edge and cap. Open: fading out in stripes towards now.
 * Interrupted: hatched. Folded: the spans inside it as a density band.
 */
import { inkOf, isParent, presence, type Ink } from './colour';
import { type Extent, type Frame, eachRow, extentOf, xOf } from './frame';
import { Flag, has } from './model';

type Canvas = CanvasRenderingContext2D;

const TINT = 0.26;
const FADE_PX = 72;
const STRIPE = { on: 5, off: 2 };
const RADIUS = 2;

export function paintBars(canvas: Canvas, frame: Frame): void {
  eachRow(frame, (row, top) => {
    const extent = extentOf(frame, row);
    if (extent) paintBar(canvas, frame, row, extent, top + frame.geometry.barTop);
  });
}

function paintBar(canvas: Canvas, frame: Frame, row: number, extent: Extent, top: number): void {
  const { model, palette } = frame;
  const height = frame.geometry.barHeight;
  const ink = inkOf(frame, row);
  const alpha = presence(frame, row);
  const open = has(model, row, Flag.open);
  // Measured from now and not from the edge of the view, which may lie before it.
  const fadeFrom = open ? xOf(frame, model.end[row]) - FADE_PX : Infinity;
  const solidTo = Math.min(extent.right, Math.max(extent.left, fadeFrom));
  const solid = { left: extent.left, right: solidTo };

  canvas.globalAlpha = alpha;
  if (solidTo > extent.left) paintBody(canvas, frame, row, ink, solid, top, alpha);
  if (solidTo < extent.right) paintFade(canvas, frame, row, ink, { left: Math.max(fadeFrom, extent.left), right: extent.right }, top, alpha);
  canvas.globalAlpha = alpha;
  if (has(model, row, Flag.interrupted)) hatch(canvas, palette.surface, extent, top, height);
  if (frame.folded.has(row)) paintDensity(canvas, frame, row, ink, top);
  if (has(model, row, Flag.error)) paintError(canvas, palette.failed, extent, top, height);
  canvas.globalAlpha = 1;
}

function paintBody(canvas: Canvas, frame: Frame, row: number, ink: Ink, { left, right }: Extent, top: number, alpha: number): void {
  const height = frame.geometry.barHeight;
  const radius = Math.min(RADIUS, (right - left) / 2);
  const shape = (inset: number): void => {
    canvas.beginPath();
    canvas.roundRect(left + inset, top + inset, right - left - 2 * inset, height - 2 * inset, radius);
  };
  if (!isParent(frame, row)) {
    shape(0);
    canvas.globalAlpha = alpha * ink.alpha;
    canvas.fillStyle = ink.colour;
    canvas.fill();
    return;
  }
  shape(0);
  canvas.fillStyle = frame.palette.surface;
  canvas.fill();
  canvas.globalAlpha = alpha * TINT * ink.alpha;
  canvas.fillStyle = ink.colour;
  canvas.fill();
  canvas.globalAlpha = alpha * Math.max(ink.alpha, 0.6);
  if (right - left > 2) {
    shape(0.5);
    canvas.lineWidth = 1;
    canvas.strokeStyle = ink.colour;
    canvas.setLineDash(has(frame.model, row, Flag.missing) ? [3, 3] : []);
    canvas.stroke();
    canvas.setLineDash([]);
  } else canvas.fill();
}

/** The last stretch of an open span: stripes, each fainter than the one before, up to now. */
function paintFade(canvas: Canvas, frame: Frame, row: number, ink: Ink, { left, right }: Extent, top: number, alpha: number): void {
  const height = frame.geometry.barHeight;
  const parent = isParent(frame, row);
  for (let x = left; x < right; x += STRIPE.on + STRIPE.off) {
    const width = Math.min(STRIPE.on, right - x);
    const faint = alpha * ink.alpha * (1 - (0.75 * (x - left)) / FADE_PX);
    canvas.fillStyle = ink.colour;
    canvas.globalAlpha = faint * (parent ? TINT : 1);
    canvas.fillRect(x, top, width, height);
    if (!parent) continue;
    canvas.globalAlpha = faint;
    canvas.fillRect(x, top, width, 1);
    canvas.fillRect(x, top + height - 1, width, 1);
  }
}

function hatch(canvas: Canvas, colour: string, { left, right }: Extent, top: number, height: number): void {
  canvas.save();
  canvas.beginPath();
  canvas.rect(left, top, right - left, height);
  canvas.clip();
  canvas.strokeStyle = colour;
  canvas.lineWidth = 1.5;
  canvas.beginPath();
  for (let x = left - height; x < right; x += 6) {
    canvas.moveTo(x, top + height);
    canvas.lineTo(x + height, top);
  }
  canvas.stroke();
  canvas.restore();
}

function paintError(canvas: Canvas, colour: string, { left, right }: Extent, top: number, height: number): void {
  canvas.strokeStyle = colour;
  canvas.fillStyle = colour;
  canvas.lineWidth = 1.5;
  canvas.beginPath();
  canvas.roundRect(left - 0.25, top - 0.25, Math.max(right - left, 2) + 0.5, height + 0.5, RADIUS);
  canvas.stroke();
  canvas.fillRect(left, top, Math.min(3, right - left), height);
}

/** How many folded spans run at each pixel, as strength: one is faint, five or more are full. */
function paintDensity(canvas: Canvas, frame: Frame, row: number, ink: Ink, top: number): void {
  const height = frame.geometry.barHeight;
  paintBand(canvas, frame, row + 1, row + frame.model.size[row], ink.colour, top + height - 5, 3);
}

/** Rows `from` up to and without `end` in one band; sub-pixel spans add up instead of hiding each other. */
export function paintBand(canvas: Canvas, frame: Frame, from: number, end: number, colour: string, top: number, height: number): void {
  const { model, width } = frame;
  const columns = Math.ceil(width);
  // +1 where a span begins and −1 behind its end: one pass over the spans, one over the pixels.
  const change = new Int32Array(columns + 2);
  for (let row = from; row < end; row++) {
    const left = Math.floor(xOf(frame, model.start[row]));
    const right = Math.ceil(xOf(frame, model.end[row]));
    if (right < 0 || left > columns) continue;
    change[Math.max(0, left)]++;
    change[Math.min(columns, Math.max(right, left + 1)) + 1]--;
  }
  const before = canvas.globalAlpha;
  canvas.fillStyle = colour;
  let running = 0;
  for (let x = 0; x <= columns; x++) {
    running += change[x];
    if (running <= 0) continue;
    canvas.globalAlpha = before * Math.min(1, 0.2 + running * 0.16);
    canvas.fillRect(x, top, 1, height);
  }
  canvas.globalAlpha = before;
}
