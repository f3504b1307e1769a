/** A canvas over the rows that are in the DOM, drawn whenever what it shows has changed. */
import { type RefObject, useLayoutEffect, useRef } from 'react';
import type { Frame } from './frame';
import { paint } from './paint';

export function useCanvas(frame: Frame): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  // After every render of the waterfall: it renders only when rows, view, theme or window have changed.
  useLayoutEffect(() => {
    if (canvas.current) draw(canvas.current, frame);
  });
  return canvas;
}

/** Writes size and place of the element directly: going through state would draw a frame too late. */
function draw(canvas: HTMLCanvasElement, frame: Frame): void {
  const { rows, first, end, width, bottom } = frame;
  const height = Math.max(rows.top[end], end === rows.count ? bottom : 0) - rows.top[first];
  const scale = window.devicePixelRatio || 1;
  resize(canvas, width, height, scale);
  canvas.style.top = `${rows.top[first]}px`;
  const context = canvas.getContext('2d');
  if (!context || width <= 0) return;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  paint(context, frame, height);
}

/** Setting a canvas's size throws its memory away; so only when it grows or the track changes. */
function resize(canvas: HTMLCanvasElement, width: number, height: number, scale: number): void {
  const pixels = { width: Math.round(width * scale), height: Math.round(height * scale) };
  if (canvas.width !== pixels.width || canvas.height < pixels.height || canvas.height > pixels.height * 2) {
    canvas.width = pixels.width;
    canvas.height = pixels.height;
  }
  canvas.style.width = `${width}px`;
  canvas.style.height = `${canvas.height / scale}px`;
}
