/** How addresses are written. */

/** `path?search`, with the characters that ids and attribute filters are made of left readable. */
export function withSearch(path: string, parameters: URLSearchParams): string {
  const search = parameters.toString().replaceAll('%3A', ':').replaceAll('%2F', '/').replaceAll('%2C', ',').replaceAll('%40', '@');
  return search ? `${path}?${search}` : path;
}

/** `/releases/agent%402.1.0` → `agent@2.1.0`; a broken escape is taken as it is. */
export function lastSegment(path: string): string {
  const text = path.slice(path.indexOf('/', 1) + 1).replace(/\/$/, '');
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Sets a parameter, or leaves it out where there is nothing to say. */
export function put(search: URLSearchParams, name: string, value: string | null): void {
  if (value === null || value === '') search.delete(name);
  else search.set(name, value);
}

/** The number of something in a list, from 1; null when it is none. */
export function numberIn(search: URLSearchParams, name: string): number | null {
  const found = Number(search.get(name));
  return Number.isSafeInteger(found) && found > 0 ? found : null;
}

/** The number in `/issues/12`, below `/issues`; null when it is none. */
export function numberBelow(parent: string, path: string): number | null {
  const match = path.startsWith(`${parent}/`) ? /^([1-9]\d{0,9})\/?$/.exec(path.slice(parent.length + 1)) : null;
  return match ? Number(match[1]) : null;
}
