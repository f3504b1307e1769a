import { describe, expect, it } from 'vitest';
import { attr } from './fixtures';
import { doubleText, plainText, shownText, typeWord } from './value';

const int = (value: string) => attr('', 'int', value).value;
const double = (value: number | string) => attr('', 'double', value).value;
const string = (value: string) => attr('', 'string', value).value;

describe('values that look alike stay apart', () => {
  it.each([
    [int('0'), '0', 'int'],
    [double(0), '0.0', 'double'],
    [double(-0), '-0.0', 'double'],
    [string('0'), '0', 'string'],
    [string(''), '""', 'string'],
    [string(' '), '" "', 'string'],
    [string('two '), '"two "', 'string'],
    [attr('', 'bool', false).value, 'false', 'bool'],
    [string('false'), 'false', 'string'],
    [attr('', 'empty', null).value, 'empty', 'empty'],
    [int('9223372036854775807'), '9223372036854775807', 'int'],
    [double(1e21), '1e+21', 'double'],
    [double('NaN'), 'NaN', 'double'],
    [double('-Infinity'), '-Infinity', 'double'],
    [attr('', 'bytes', '3q2+7w==').value, '0xdeadbeef', 'bytes, 4'],
    [attr('', 'bytes', '').value, '0x', 'bytes, 0'],
    [attr('', 'array', []).value, '[]', 'array, 0'],
    [attr('', 'kvlist', []).value, '{}', 'map, 0'],
    [attr('', 'array', [string('1'), int('1'), double(1)]).value, '["1", 1, 1.0]', 'array, 3'],
    [attr('', 'kvlist', [{ key: 'a', value: string('') }]).value, '{"a": ""}', 'map, 1'],
  ])('%j is %s, %s', (value, text, type) => {
    expect([shownText(value), typeWord(value)]).toEqual([text, type]);
  });

  it('copies a string as it is', () => {
    expect(plainText(string(' a "b" '))).toBe(' a "b" ');
    expect(plainText(string(''))).toBe('');
  });

  it('keeps the digits of a double', () => {
    expect([doubleText(0.1), doubleText(66204.5), doubleText(100)]).toEqual(['0.1', '66204.5', '100.0']);
  });
});
