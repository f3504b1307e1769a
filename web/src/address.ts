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
