/**
 * Attribute values as text that keeps them apart: 0 and 0.0, "" and nothing, true and "true", bytes and what they
 * might spell. The type is always named beside the value; the text alone settles the rest.
 */
import type { Attribute, Value } from '../api/types';

export const TYPE_WORDS: Record<Value['type'], string> = {
  string: 'string',
  bool: 'bool',
  int: 'int',
  double: 'double',
  bytes: 'bytes',
  array: 'array',
  kvlist: 'map',
  empty: 'empty',
};

/** The type in a word, with the size of what has one: `array, 3`. */
export function typeWord(value: Value): string {
  switch (value.type) {
    case 'array':
    case 'kvlist':
      return `${TYPE_WORDS[value.type]}, ${value.value.length}`;
    case 'bytes':
      return `bytes, ${bytesOf(value.value).length}`;
    case 'string':
    case 'bool':
    case 'int':
    case 'double':
    case 'empty':
      return TYPE_WORDS[value.type];
  }
}

/** What is shown: strings as they are, but in quotes where blanks at either end, or all of it, would not be seen. */
export function shownText(value: Value): string {
  if (value.type === 'string') return value.value.trim() === value.value && value.value ? value.value : JSON.stringify(value.value);
  if (value.type === 'empty') return 'empty';
  return nestedText(value);
}

/** What is copied, filtered and found: strings without quotes, the rest as shown. */
export function plainText(value: Value): string {
  return value.type === 'string' ? value.value : shownText(value);
}

/** Within arrays and maps, strings are quoted, so that `["1", 1, 1.0]` stays three different things. */
function nestedText(value: Value): string {
  switch (value.type) {
    case 'string':
      return JSON.stringify(value.value);
    case 'bool':
      return String(value.value);
    case 'int':
      return value.value;
    case 'double':
      return doubleText(value.value);
    case 'bytes':
      return hexText(bytesOf(value.value));
    case 'array':
      return `[${value.value.map(nestedText).join(', ')}]`;
    case 'kvlist':
      return `{${value.value.map(entryText).join(', ')}}`;
    case 'empty':
      return 'empty';
  }
}

const entryText = ({ key, value }: Attribute): string => `${JSON.stringify(key)}: ${nestedText(value)}`;

/** A double always has a point or an exponent: 0.0 is not 0, and -0.0 is not 0.0. */
export function doubleText(value: number | string): string {
  if (typeof value === 'string') return value;
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** @throws DOMException for text that is not base64. */
function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

const hexText = (bytes: Uint8Array): string =>
  `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
