/** `j` and `k` move the focus along links, one a row; Enter follows the one that has it. */
import type { KeyMap } from '../keyboard';

export function rowKeys(selector: string): KeyMap {
  const move = (by: 1 | -1): void => {
    const links = [...document.querySelectorAll<HTMLElement>(selector)];
    const at = links.findIndex((link) => link === document.activeElement);
    links[at < 0 ? 0 : Math.max(0, Math.min(links.length - 1, at + by))]?.focus();
  };
  return { j: () => move(1), k: () => move(-1) };
}
