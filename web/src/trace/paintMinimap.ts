/** The whole story at a glance: one line per span, errors in red and on top. */
import { Flag, type TraceModel, has } from './model';
import type { Palette } from './palette';

const PADDING = 4;

export function paintMinimap(canvas: CanvasRenderingContext2D, model: TraceModel, palette: Palette, full: number, width: number, height: number): void {
  canvas.clearRect(0, 0, width, height);
  if (model.count === 0) return;
  const line = (height - 2 * PADDING) / model.count;
  const thickness = Math.max(1, Math.min(3, line - 0.4));
  const drawn = new DrawnPixels(width, height);
  const draw = (row: number): void => {
    const left = (model.start[row] / full) * width;
    const right = Math.max(left + 1.5, (model.end[row] / full) * width);
    const top = PADDING + row * line;
    if (line >= 1 || drawn.isNew(left, right, top)) canvas.fillRect(left, top, right - left, thickness);
  };
  for (let lane = 0; lane < model.lanes.length; lane++) {
    canvas.fillStyle = palette.lane[lane];
    for (let row = model.lanes[lane].first; row < model.lanes[lane].end; row++) if (!has(model, row, Flag.error)) draw(row);
  }
  drawn.forget();
  canvas.fillStyle = palette.failed;
  for (let row = 0; row < model.count; row++) if (has(model, row, Flag.error)) draw(row);
}

/** With many spans to a pixel most lines lie on others. Only what would add a pixel is drawn. */
class DrawnPixels {
  private readonly columns: number;
  private readonly marks: Uint8Array;

  constructor(width: number, height: number) {
    this.columns = Math.ceil(width) + 2;
    this.marks = new Uint8Array(this.columns * Math.ceil(height + 1));
  }
  isNew(left: number, right: number, top: number): boolean {
    const base = Math.floor(top) * this.columns;
    let found = false;
    for (let x = Math.max(0, Math.floor(left)); x <= right && x < this.columns; x++) {
      if (this.marks[base + x]) continue;
      this.marks[base + x] = 1;
      found = true;
    }
    return found;
  }
  forget(): void {
    this.marks.fill(0);
  }
}
