/** What belongs to a person and not to a view: theme and shortcuts, kept in this browser. */
import { useSyncExternalStore } from 'react';

export type ThemeChoice = 'system' | 'light' | 'dark';

interface Preferences {
  theme: ThemeChoice;
  /** Single-key shortcuts can be turned off (WCAG 2.1.4): they get in the way of speech input. */
  shortcuts: boolean;
}

const KEY = 'fleaglass.preferences';
const DEFAULTS: Preferences = { theme: 'system', shortcuts: true };
const darkSystem = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

function load(): Preferences {
  try {
    const saved = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Record<keyof Preferences, unknown>>;
    const theme = saved.theme === 'light' || saved.theme === 'dark' ? saved.theme : DEFAULTS.theme;
    return { theme, shortcuts: saved.shortcuts !== false };
  } catch {
    // Storage may be blocked or hold something else; preferences are then per page.
    return DEFAULTS;
  }
}

let preferences = load();

const resolve = (choice: ThemeChoice): 'light' | 'dark' => {
  if (choice !== 'system') return choice;
  return darkSystem.matches ? 'dark' : 'light';
};

function apply(): void {
  document.documentElement.dataset.theme = resolve(preferences.theme);
  for (const listener of listeners) listener();
}

export function setPreference(change: Partial<Preferences>): void {
  preferences = { ...preferences, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // Kept for this page only.
  }
  apply();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const usePreferences = (): Preferences => useSyncExternalStore(subscribe, () => preferences);

/** The theme in effect. `data-theme` on the root always says the same; canvas code redraws when this changes. */
export const useTheme = (): 'light' | 'dark' => useSyncExternalStore(subscribe, () => resolve(preferences.theme));

/** Sets the theme before the first paint and follows the system from then on. */
export function startTheme(): void {
  darkSystem.addEventListener('change', apply);
  apply();
}

export const shortcutsOn = (): boolean => preferences.shortcuts;
