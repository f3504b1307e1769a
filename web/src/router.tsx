/**
 * A router over the History API: a path, and search parameters that hold everything that changes what is seen.
 * Navigating pushes an entry; adjusting the same view replaces it, so Back leaves the view instead of undoing a drag.
 */
import { useCallback, useMemo, useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent } from 'react';
import { withSearch } from './address';

export { withSearch };

/**
 * Browsers ignore history calls beyond about 200 in 30 s, which holding `j` or dragging a brush exceeds. So the address
 * is kept here, and adjustments reach the address bar a little later.
 */
const WRITE_EVERY_MS = 250;

let address = new URL(window.location.href);
let unwritten: number | undefined;
const listeners = new Set<() => void>();

const announce = (): void => {
  for (const listener of listeners) listener();
};

function write(): void {
  window.clearTimeout(unwritten);
  unwritten = undefined;
  if (address.href !== window.location.href) window.history.replaceState(null, '', address);
}

window.addEventListener('popstate', () => {
  window.clearTimeout(unwritten);
  unwritten = undefined;
  address = new URL(window.location.href);
  announce();
});
window.addEventListener('pagehide', write);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The address of what is seen now; the browser's own may be a moment behind. */
export const currentAddress = (): string => address.href;

/** Goes to `to` (a path with optional search), by default as a new history entry. */
export function navigate(to: string, options: { replace?: boolean } = {}): void {
  const next = new URL(to, address);
  if (next.href === address.href) return;
  if (options.replace) {
    address = next;
    unwritten ??= window.setTimeout(write, WRITE_EVERY_MS);
  } else {
    write();
    address = next;
    window.history.pushState(null, '', next);
  }
  announce();
}

export function usePath(): string {
  return useSyncExternalStore(subscribe, () => address.pathname);
}

/** The current search parameters; a new object only when they change. Do not mutate it: see useAdjustSearch. */
export function useSearch(): URLSearchParams {
  const search = useSyncExternalStore(subscribe, () => address.search);
  return useMemo(() => new URLSearchParams(search), [search]);
}

export type Adjust = (change: (parameters: URLSearchParams) => void, options?: { push?: boolean }) => void;

/** Returns a function that changes the search parameters of the current page, replacing the entry unless told to push. */
export function useAdjustSearch(): Adjust {
  return useCallback((change, options = {}) => {
    const parameters = new URLSearchParams(address.search);
    change(parameters);
    navigate(withSearch(address.pathname, parameters), { replace: !options.push });
  }, []);
}

/** A link that stays in the page unless the person asks for a new tab, a download or another target. */
export function Link({ href, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (event.defaultPrevented || !plain || rest.target) return;
    event.preventDefault();
    navigate(href);
  };
  return <a href={href} onClick={follow} {...rest} />;
}
