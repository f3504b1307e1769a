/** The view in the address, and the ways to change it. */
import { useMemo } from 'react';
import { writeRange, type Range } from '../decisions/view';
import { useAdjustSearch, useSearch } from '../router';
import type { Zone } from '../time';
import { writeZone } from '../zone';
import { DEFAULT_RANGE, readMonitorsView, type View } from './view';

export interface Actions {
  setRange: (range: Range) => void;
  setZone: (zone: Zone) => void;
  setEnvironment: (environment: string | null) => void;
}

export function useMonitorsView(): [View, Actions] {
  const search = useSearch();
  const adjust = useAdjustSearch();
  const view = useMemo(() => readMonitorsView(search), [search]);
  const actions = useMemo<Actions>(
    () => ({
      setRange: (range) => adjust((to) => writeRange(to, range, DEFAULT_RANGE), { push: true }),
      setZone: (zone) => adjust((to) => writeZone(to, zone)),
      setEnvironment: (environment) =>
        adjust((to) => (environment ? to.set('environment', environment) : to.delete('environment')), { push: true }),
    }),
    [adjust],
  );
  return [view, actions];
}
