/** How addresses are written. */

/** `path?search`, with the characters that ids and attribute filters are made of left readable. */
export function withSearch(path: string, parameters: URLSearchParams): string {
  const search = parameters.toString().replaceAll('%3A', ':').replaceAll('%2F', '/').replaceAll('%2C', ',').replaceAll('%40', '@');
  return search ? `${path}?${search}` : path;
}
