/** The clock that the address names, and the way to change it. */
import { useCallback } from 'react';
import { useAdjustSearch, useSearch } from '../router';
import type { Zone } from '../time';
import { readZone, writeZone } from '../zone';

export function useZone(): [Zone, (zone: Zone) => void] {
  const zone = readZone(useSearch());
  const adjust = useAdjustSearch();
  const setZone = useCallback((to: Zone) => adjust((search) => writeZone(search, to)), [adjust]);
  return [zone, setZone];
}
