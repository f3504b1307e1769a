/** The view in the address, and the ways to change it. Changing what is asked pushes; typing and sorting replace. */
import { useMemo } from 'react';
import { writeRange, type Range } from '../decisions/view';
import { useAdjustSearch, useSearch } from '../router';
import type { Zone } from '../time';
import { writeZone } from '../zone';
import { DEFAULT_RANGE, readReleasesView, type Sort, type View } from './view';

export interface Actions {
  setRange: (range: Range) => void;
  setZone: (zone: Zone) => void;
  setEnvironment: (environment: string | null) => void;
  setSort: (sort: Sort) => void;
  setArchived: (archived: boolean) => void;
  setText: (text: string) => void;
  /** One of two to compare; null for none. */
  setPicked: (version: string | null) => void;
  clear: () => void;
}

export function useReleasesView(): [View, Actions] {
  const search = useSearch();
  const adjust = useAdjustSearch();
  const view = useMemo(() => readReleasesView(search), [search]);
  const actions = useMemo<Actions>(() => {
    const put = (name: string, value: string | null, push = false): void =>
      adjust((to) => (value ? to.set(name, value) : to.delete(name)), { push });
    return {
      setRange: (range) => adjust((to) => writeRange(to, range, DEFAULT_RANGE), { push: true }),
      setZone: (zone) => adjust((to) => writeZone(to, zone)),
      setEnvironment: (environment) => put('environment', environment, true),
      setSort: (sort) => put('sort', sort === 'date' ? null : sort),
      setArchived: (archived) => put('status', archived ? 'all' : null),
      setText: (text) => put('q', text),
      setPicked: (version) => put('a', version),
      clear: () =>
        adjust((to) => ['q', 'environment', 'status'].forEach((name) => to.delete(name)), { push: true }),
    };
  }, [adjust]);
  return [view, actions];
}
