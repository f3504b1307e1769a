/** A border that can be dragged, or moved with the arrow keys; double-click gives the default back. */
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import type { Pane } from './panes';
import './resizer.css';

const KEY_STEP_PX = 16;

interface Props {
  pane: Pane;
  label: string;
  /** Which way the pane lies from its border. */
  side: 'left' | 'right';
  onWidth: (width: number | null) => void;
  className: string;
}

export function Resizer({ pane, label, side, onWidth, className }: Props) {
  const drag = useRef<{ x: number; width: number } | null>(null);
  const direction = side === 'left' ? 1 : -1;
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { x: event.clientX, width: pane.width };
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (drag.current) onWidth(drag.current.width + direction * (event.clientX - drag.current.x));
  };
  const onPointerUp = (): void => {
    drag.current = null;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -KEY_STEP_PX, ArrowRight: KEY_STEP_PX }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onWidth(pane.width + direction * step);
  };
  return (
    <div
      className={`resizer ${className}`}
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={label}
      aria-valuemin={pane.least}
      aria-valuemax={pane.most}
      aria-valuenow={pane.width}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
      onDoubleClick={() => onWidth(null)}
      onKeyDown={onKeyDown}
    />
  );
}
