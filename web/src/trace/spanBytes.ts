/**
 * Where each span's text lies in the hub's answer.
 *
 * Fifty thousand spans are some 40 MB of JSON. Parsed in one piece they would be a million objects that nobody
 * reads; so the answer stays bytes, the model is built from slices, and one slice is parsed again when its span
 * is opened. The scan only counts brackets and skips strings; the text between is left to JSON.parse.
 */
export interface SpanIndex {
  count: number;
  from: Float64Array;
  to: Float64Array;
  /** The answer without its spans. */
  rest: string;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Index of the quote that closes the string opened at `open`. A byte loop: most strings are too short for indexOf. */
function closingQuote(bytes: Uint8Array, open: number): number {
  for (let at = open + 1; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
  }
  throw new SyntaxError('The answer ends inside a string');
}

const isSpace = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

function skipSpace(bytes: Uint8Array, at: number): number {
  while (isSpace(bytes[at])) at++;
  return at;
}

/** Index of the bracket that opens the list under the top-level key "spans". */
function spansOpen(bytes: Uint8Array): number {
  const decoder = new TextDecoder();
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      const close = closingQuote(bytes, at);
      const colon = skipSpace(bytes, close + 1);
      if (depth === 1 && bytes[colon] === COLON && decoder.decode(bytes.subarray(at + 1, close)) === 'spans') {
        const open = skipSpace(bytes, colon + 1);
        if (bytes[open] === OPEN_BRACKET) return open;
      }
      at = close;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  throw new SyntaxError('The answer has no list of spans');
}

/**
 * @throws SyntaxError when the bytes hold no object with a complete list under "spans".
 */
export function indexSpans(bytes: Uint8Array): SpanIndex {
  const open = spansOpen(bytes);
  const from: number[] = [];
  const to: number[] = [];
  let depth = 0;
  for (let at = open + 1; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = closingQuote(bytes, at);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (depth++ === 0) from.push(at);
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (depth === 0) return finish(bytes, open, at, from, to);
      if (--depth === 0) to.push(at + 1);
    }
  }
  throw new SyntaxError('The list of spans is cut off');
}

function finish(bytes: Uint8Array, open: number, close: number, from: number[], to: number[]): SpanIndex {
  const decoder = new TextDecoder();
  const rest = decoder.decode(bytes.subarray(0, open + 1)) + decoder.decode(bytes.subarray(close));
  return { count: from.length, from: Float64Array.from(from), to: Float64Array.from(to), rest };
}
