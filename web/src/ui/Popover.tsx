/** A button that opens a floating panel below itself; closes on Escape, on a choice, and when focus or pointer leave. */
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import './popover.css';

interface Props {
  /** Contents of the button. */
  button: ReactNode;
  /** What is chosen here: names the panel, and stands unseen before the button's own words. */
  label: string;
  className?: string;
  align?: 'start' | 'end';
  /** `menu` moves focus through its items with the arrow keys. */
  kind?: 'menu' | 'dialog';
  children: (close: () => void) => ReactNode;
}

export function Popover({ button, label, className = 'btn', align = 'end', kind = 'dialog', children }: Props) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const id = useId();
  const openerId = `${id}-opener`;
  const close = (): void => {
    setOpen(false);
    document.getElementById(openerId)?.focus();
  };

  useEffect(() => {
    if (!open) return;
    const onPointerDown = (event: PointerEvent): void => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', onPointerDown);
    return () => document.removeEventListener('pointerdown', onPointerDown);
  }, [open]);

  return (
    <div
      className="popover-root"
      ref={root}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && open) {
          event.preventDefault();
          close();
        }
      }}
      onBlur={(event) => {
        if (event.relatedTarget && !root.current?.contains(event.relatedTarget)) setOpen(false);
      }}
    >
      <button
        type="button"
        id={openerId}
        className={className}
        aria-haspopup={kind}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        <span className="sr">{label}: </span>
        {button}
      </button>
      {open && (
        <Panel id={id} label={label} kind={kind} align={align}>
          {children(close)}
        </Panel>
      )}
    </div>
  );
}

function Panel({
  id,
  label,
  kind,
  align,
  children,
}: {
  id: string;
  label: string;
  kind: 'menu' | 'dialog';
  align: string;
  children: ReactNode;
}) {
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const first = panel.current?.querySelector<HTMLElement>('[aria-checked=true], [aria-pressed=true], button, input');
    first?.focus();
  }, []);
  return (
    <div
      id={id}
      ref={panel}
      className={`popover ${align}`}
      role={kind}
      aria-label={label}
      onKeyDown={kind === 'menu' ? moveFocus : undefined}
    >
      {children}
    </div>
  );
}

/** Arrow keys, Home and End among the items of a menu. */
export function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role^=menuitem]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to === undefined || items.length === 0) return;
  event.preventDefault();
  items[(to + items.length) % items.length].focus();
}
