/** Draws the visible part of the waterfall, back to front. */
import { type Frame, xOf } from './frame';
import { paintBand, paintBars } from './paintBars';
import { paintConnectors } from './paintConnectors';
import { paintEvents, paintLabels, paintPath } from './paintMarks';

type Canvas = CanvasRenderingContext2D;

export function paint(canvas: Canvas, frame: Frame, height: number): void {
  canvas.clearRect(0, 0, frame.width, height);
  if (frame.geometry.annotated) {
    paintGrid(canvas, frame, height);
    paintConnectors(canvas, frame, height);
  }
  paintBars(canvas, frame);
  paintFoldedLanes(canvas, frame);
  paintPath(canvas, frame);
  paintEvents(canvas, frame);
  if (!frame.geometry.annotated) return;
  paintLabels(canvas, frame);
  paintNow(canvas, frame, height);
}

function paintGrid(canvas: Canvas, frame: Frame, height: number): void {
  canvas.fillStyle = frame.palette.line;
  canvas.globalAlpha = 0.7;
  for (const tick of frame.ticks) canvas.fillRect(Math.round(xOf(frame, tick)), 0, 1, height);
  canvas.globalAlpha = 1;
}

/** A folded lane shows all its spans in its header. */
function paintFoldedLanes(canvas: Canvas, frame: Frame): void {
  const { rows, model, palette, geometry } = frame;
  for (const header of rows.headers) {
    if (header < frame.first || header >= frame.end) continue;
    const index = -1 - rows.item[header];
    const lane = model.lanes[index];
    const folded = rows.shownAt[lane.first] === header;
    if (!folded) continue;
    const top = rows.top[header] - rows.top[frame.first] + geometry.laneHeight / 2 - 3;
    paintBand(canvas, frame, lane.first, lane.end, palette.lane[index], top, 6);
  }
}

function paintNow(canvas: Canvas, frame: Frame, height: number): void {
  if (frame.model.nowNs === null) return;
  const x = xOf(frame, frame.model.nowNs);
  canvas.strokeStyle = frame.palette.flight;
  canvas.lineWidth = 1.5;
  canvas.setLineDash([4, 3]);
  canvas.beginPath();
  canvas.moveTo(x, 0);
  canvas.lineTo(x, height);
  canvas.stroke();
  canvas.setLineDash([]);
}
