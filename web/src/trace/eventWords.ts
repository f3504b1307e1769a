/** Names of span events in words. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['api_response', 'API response'],
  ['agent_marker', 'Agent changed'],
  ['order_unknown', 'Answer lost'],
  ['order_resolved', 'Found out after the answer was lost'],
  ['low_confidence_skip', 'Skipped for low confidence'],
]);

/** `order_filled` reads as words; a name of any other make stays as it was recorded. */
export function eventWord(name: string): string {
  const word = WORDS.get(name);
  if (word !== undefined) return word;
  if (!/^[a-z]+(_[a-z]+)*$/.test(name)) return name || 'Unnamed event';
  return name[0].toUpperCase() + name.slice(1).replaceAll('_', ' ');
}
