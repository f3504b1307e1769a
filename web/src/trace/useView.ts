/** The view is in the address, and nowhere else; changing it replaces the address. */
import { useCallback, useMemo } from 'react';
import { useAdjustSearch, useSearch } from '../router';
import { type ViewState, readView, writeView } from './view';

export type ChangeView = (change: Partial<ViewState>) => void;

export function useView(): [ViewState, ChangeView] {
  const search = useSearch();
  const adjust = useAdjustSearch();
  const view = useMemo(() => readView(search), [search]);
  const change = useCallback<ChangeView>(
    (part) => adjust((parameters) => writeView({ ...readView(parameters), ...part }, parameters)),
    [adjust],
  );
  return [view, change];
}
