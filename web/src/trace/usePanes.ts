/** Tree and panel with their widths for this window, and how to change them. */
import { useCallback, useState, useSyncExternalStore } from 'react';
import { type Pane, type PaneName, loadWidths, paneOf, saveWidths } from './panes';

export interface Panes {
  tree: Pane;
  panel: Pane;
  /** null: the usual width again. */
  setWidth: (name: PaneName, width: number | null) => void;
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('resize', listener);
  return () => window.removeEventListener('resize', listener);
}

export function usePanes(): Panes {
  const windowPx = useSyncExternalStore(subscribe, () => window.innerWidth);
  const [widths, setWidths] = useState(() => loadWidths(localStorage));
  const setWidth = useCallback((name: PaneName, width: number | null) => {
    setWidths((old) => {
      const next = { ...old, [name]: width ?? undefined };
      saveWidths(localStorage, next);
      return next;
    });
  }, []);
  return { tree: paneOf('tree', widths, windowPx), panel: paneOf('panel', widths, windowPx), setWidth };
}
