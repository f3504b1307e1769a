import { describe, expect, it } from 'vitest';
import { array, DecodeError, nullable, number, object, oneOf, string } from './decode';
import { span, stats, tracePage, value } from './shapes';

const message = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
  return 'no error';
};

describe('decoders', () => {
  const shape = object({ rows: array(object({ id: string, size: nullable(number) })), kind: oneOf(['a', 'b']) });

  it('give back what they were given, unknown fields included', () => {
    const answer = { rows: [{ id: 'x', size: null, later: 1 }], kind: 'a' };
    expect(shape(answer)).toBe(answer);
  });
  it('name the place of the first thing that is wrong', () => {
    expect(
      message(() =>
        shape({
          rows: [
            { id: 'x', size: 1 },
            { id: 7, size: 1 },
          ],
          kind: 'a',
        }),
      ),
    ).toBe('rows[1].id should be a string, but is number 7');
    expect(message(() => shape({ rows: [], kind: 'c' }))).toBe('kind should be one of a, b, but is string "c"');
    expect(message(() => shape({ kind: 'a' }))).toBe('rows should be a list, but is missing');
    expect(message(() => shape([]))).toBe('the answer should be an object, but is a list');
  });
});

describe('attribute values', () => {
  it('keep all their kinds', () => {
    const every = {
      type: 'array',
      value: [
        { type: 'string', value: '' },
        { type: 'bool', value: false },
        { type: 'int', value: '-9223372036854775808' },
        { type: 'double', value: 0 },
        { type: 'double', value: 'NaN' },
        { type: 'bytes', value: 'AAE=' },
        { type: 'empty', value: null },
        { type: 'kvlist', value: [{ key: 'k', value: { type: 'int', value: '1' } }] },
      ],
    };
    expect(value(every)).toBe(every);
  });
  it('are refused when type and value disagree', () => {
    expect(message(() => value({ type: 'int', value: 1 }))).toContain('value should be an integer as text');
    expect(message(() => value({ type: 'money', value: '1' }))).toContain('type should be one of');
    expect(
      message(() => value({ type: 'kvlist', value: [{ key: 'k', value: { type: 'bool', value: 0 } }] })),
    ).toContain('value[0].value.value should be true or false');
  });
});

describe('answers', () => {
  it('fill in outcomes that a count leaves out', () => {
    const page = tracePage({ traces: [], next_cursor: null, counts: { all: 3, traded: 3 } });
    expect(page.counts).toMatchObject({ all: 3, traded: 3, failed: 0, unknown: 0 });
  });
  it('say which point of the statistics is wrong', () => {
    expect(message(() => stats({ from_ns: '1', to_ns: '2', step_s: 1, points: [{ t_ns: 5 }], totals: {} }))).toBe(
      'points[0].t_ns should be an integer as text, but is number 5',
    );
  });
  it('refuse a span without its name', () => {
    expect(message(() => span({ trace_id: 'a', span_id: 'b', parent_span_id: null }))).toBe(
      'name should be a string, but is missing',
    );
  });
});
