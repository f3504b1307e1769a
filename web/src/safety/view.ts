/** What the page shows, as its address says it: in which zone today began, and whose details are unfolded. */
import { useMemo } from 'react';
import { useAdjustSearch, useSearch } from '../router';
import type { Zone } from '../time';
import { readZone, writeZone } from '../zone';

export interface View {
  zone: Zone;
  /** The agent whose details are unfolded. */
  open: string | null;
}

export interface Actions {
  setZone: (zone: Zone) => void;
  setOpen: (agent: string | null) => void;
}

export const readSafetyView = (search: URLSearchParams): View => ({
  zone: readZone(search),
  open: search.get('open') || null,
});

export function useSafetyView(): [View, Actions] {
  const search = useSearch();
  const adjust = useAdjustSearch();
  const view = useMemo(() => readSafetyView(search), [search]);
  const actions = useMemo<Actions>(
    () => ({
      setZone: (zone) => adjust((to) => writeZone(to, zone)),
      setOpen: (agent) => adjust((to) => (agent === null ? to.delete('open') : to.set('open', agent))),
    }),
    [adjust],
  );
  return [view, actions];
}
