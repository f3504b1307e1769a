/** The menu behind `f`: everything of the selected decision that the list can be narrowed to. */
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { TraceSummary } from '../api/types';
import { moveFocus } from '../ui/Popover';
import { rowId } from './DecisionRow';
import { facetsOf, type Facet } from './facets';

interface Props {
  trace: TraceSummary;
  onChoose: (facet: Facet) => void;
  onClose: () => void;
}

export function FacetMenu({ trace, onChoose, onClose }: Props) {
  const menu = useRef<HTMLDivElement>(null);
  // Below the row, or above it where the window ends.
  useLayoutEffect(() => {
    const panel = menu.current;
    if (!panel) return;
    const row = document.getElementById(rowId(trace.trace_id))?.getBoundingClientRect();
    const title = document.querySelector(`#${CSS.escape(rowId(trace.trace_id))} .what`)?.getBoundingClientRect();
    const height = panel.offsetHeight;
    const below = (row?.bottom ?? 120) + 2;
    panel.style.top = `${below + height > window.innerHeight - 8 ? Math.max(8, (row?.top ?? 120) - height - 2) : below}px`;
    panel.style.left = `${Math.max(8, Math.min(title?.left ?? 200, window.innerWidth - panel.offsetWidth - 8))}px`;
    panel.querySelector<HTMLElement>('button')?.focus();
  }, [trace.trace_id]);
  useEffect(() => {
    const onPointerDown = (event: PointerEvent): void => {
      if (!menu.current?.contains(event.target as Node)) onClose();
    };
    document.addEventListener('pointerdown', onPointerDown);
    return () => document.removeEventListener('pointerdown', onPointerDown);
  }, [onClose]);
  return (
    <div
      ref={menu}
      className="popover facets"
      role="menu"
      aria-label="Filter by a value of this decision"
      onKeyDown={(event) => {
        if (event.key === 'Escape' || event.key === 'Tab') {
          event.preventDefault();
          onClose();
        } else moveFocus(event);
      }}
    >
      {facetsOf(trace).map((facet) => (
        <button key={facet.label} type="button" role="menuitem" className="menu-item" onClick={() => onChoose(facet)}>
          <span className="mut">{facet.label}</span>
          <span className="facet-value">{facet.value}</span>
        </button>
      ))}
    </div>
  );
}
