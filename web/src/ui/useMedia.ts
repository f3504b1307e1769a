/** Whether a media query matches, for what CSS alone cannot do: not building what is not shown. */
import { useCallback, useSyncExternalStore } from 'react';

export const WIDE = '(min-width: 1600px)';
export const NARROW = '(max-width: 719px)';

export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}
