/** The minimap: drag to look at a part of the story, move either end, double-click to see it all again. */
import { type KeyboardEvent, type PointerEvent, memo, useLayoutEffect, useRef } from 'react';
import { duration } from '../format';
import { useSize } from '../ui/useSize';
import type { TraceModel } from './model';
import { paintMinimap } from './paintMinimap';
import type { Palette } from './palette';
import { type Edge, type View, between, moveEdge } from './scale';
import './minimap.css';

interface Props {
  model: TraceModel;
  palette: Palette;
  view: View;
  whole: View;
  onView: (view: View) => void;
}

type Drag = { kind: 'edge'; edge: Edge } | { kind: 'new'; at: number; moved: boolean };

const GRAB_PX = 8;
const BRUSH_PX = 4;
const KEY_STEPS = 50;

export function Minimap({ model, palette, view, whole, onView }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  const { width } = useSize(box);
  const share = (ns: number): number => ns / whole.to;

  const momentAt = (event: PointerEvent): number => {
    const { left } = box.current!.getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientX - left) / width)) * whole.to;
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0 || width === 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = momentAt(event);
    const grab = (GRAB_PX / width) * whole.to;
    const edge = Math.abs(at - view.from) <= grab ? 'from' : Math.abs(at - view.to) <= grab ? 'to' : null;
    drag.current = edge ? { kind: 'edge', edge } : { kind: 'new', at, moved: false };
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const current = drag.current;
    if (!current) return;
    const at = momentAt(event);
    if (current.kind === 'edge') return onView(moveEdge(view, current.edge, at, whole));
    current.moved ||= Math.abs(at - current.at) > (BRUSH_PX / width) * whole.to;
    if (current.moved) onView(between(current.at, at, whole));
  };
  const onPointerUp = (): void => {
    drag.current = null;
  };
  return (
    <div
      ref={box}
      className="map"
      role="group"
      aria-label="Time range"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
      onDoubleClick={() => onView(whole)}
    >
      <Picture model={model} palette={palette} full={whole.to} width={width} />
      <div className="shade" style={{ left: 0, width: `${share(view.from) * 100}%` }} />
      <div className="shade" style={{ left: `${share(view.to) * 100}%`, right: 0 }} />
      <Handle edge="from" view={view} whole={whole} onView={onView} />
      <Handle edge="to" view={view} whole={whole} onView={onView} />
    </div>
  );
}

function Handle({ edge, view, whole, onView }: Pick<Props, 'view' | 'whole' | 'onView'> & { edge: Edge }) {
  const at = view[edge];
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = whole.to / KEY_STEPS;
    const to = { ArrowLeft: at - step, ArrowRight: at + step, Home: whole.from, End: whole.to }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    onView(moveEdge(view, edge, to, whole));
  };
  const ms = (ns: number): number => Math.round(ns / 1e3) / 1e3;
  return (
    <div
      className={`hdl ${edge}`}
      role="slider"
      tabIndex={0}
      aria-label={edge === 'from' ? 'Range start' : 'Range end'}
      aria-valuemin={0}
      aria-valuemax={ms(whole.to)}
      aria-valuenow={ms(at)}
      aria-valuetext={duration(at)}
      style={{ left: `${(at / whole.to) * 100}%` }}
      onKeyDown={onKeyDown}
    />
  );
}

/** Drawn once per story, width and theme: brushing must not draw fifty thousand lines. */
const Picture = memo(function Picture({ model, palette, full, width }: Pick<Props, 'model' | 'palette'> & { full: number; width: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || width === 0) return;
    const scale = window.devicePixelRatio || 1;
    const height = element.clientHeight;
    element.width = Math.round(width * scale);
    element.height = Math.round(height * scale);
    context.scale(scale, scale);
    paintMinimap(context, model, palette, full, width, height);
  }, [model, palette, full, width]);
  return <canvas ref={canvas} aria-hidden="true" />;
});
