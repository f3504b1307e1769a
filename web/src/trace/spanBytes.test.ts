import { describe, expect, it } from 'vitest';
import { indexSpans } from './spanBytes';

const encode = (text: string) => new TextEncoder().encode(text);
const slices = (text: string) => {
  const bytes = encode(text);
  const { count, from, to } = indexSpans(bytes);
  return Array.from({ length: count }, (_, at) => JSON.parse(new TextDecoder().decode(bytes.subarray(from[at], to[at]))) as unknown);
};

describe('span index', () => {
  it('finds each span of the top-level list, and leaves the rest as it was', () => {
    const text = '{"a": {"spans": [1]}, "spans" : [ {"x": 1} , {"y": [{"z": 2}]} ], "b": "\\"spans\\": [{}]"}';
    expect(slices(text)).toEqual([{ x: 1 }, { y: [{ z: 2 }] }]);
    expect(JSON.parse(indexSpans(encode(text)).rest)).toEqual({ a: { spans: [1] }, spans: [], b: '"spans": [{}]' });
  });

  it('is not misled by brackets, quotes and backslashes in strings', () => {
    const spans = [{ name: ']}{[' }, { name: 'a "quoted\\" \\\\' }, { name: 'ünï ✕ 𝄞' }];
    expect(slices(JSON.stringify({ spans }))).toEqual(spans);
  });

  it('has no spans in an empty list', () => {
    expect(slices('{"spans":[]}')).toEqual([]);
  });

  it.each(['', '{}', '[]', '{"spans": {}}', '{"spans": [{"a": 1}', '{"spans": [{"a": "', '{"spans"'])('refuses %j', (text) => {
    expect(() => indexSpans(encode(text))).toThrow(SyntaxError);
  });
});
