import { utf8Bytes } from '../../security/der.ts'

// Sizes of protobuf encodings by gogo, as Kubernetes uses it: a field that is no pointer is written even when empty.

/** The size of a variable-length integer, which has seven bits a byte. */
export function varintBytes(value: number): number {
  let bytes = 1
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes++
  return bytes
}

/** The size of a tag, which holds field number and wire type. */
function tagBytes(field: number): number {
  return varintBytes(field * 8)
}

export function messageField(field: number, ...partsBytes: readonly number[]): number {
  const lengthBytes = sum(partsBytes)
  return tagBytes(field) + varintBytes(lengthBytes) + lengthBytes
}

export function stringField(field: number, text: string): number {
  return messageField(field, utf8Bytes(text))
}

export function stringFields(field: number, texts: readonly string[]): number {
  return sum(texts.map((text) => stringField(field, text)))
}

export function integerField(field: number, value: number): number {
  return tagBytes(field) + varintBytes(value)
}

export function booleanField(field: number): number {
  return tagBytes(field) + 1
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/**
 * Returns the size of a standalone object, with the envelope of Kubernetes: four letters, type, object, and two empty
 * fields (apimachinery pkg/runtime/serializer/protobuf; pkg/runtime/generated.proto, Unknown).
 */
export function envelopeBytes({ apiVersion, kind }: TypeMeta, rawBytes: number): number {
  const typeMeta = messageField(1, stringField(1, apiVersion), stringField(2, kind))
  return MAGIC_BYTES + typeMeta + messageField(2, rawBytes) + stringField(3, '') + stringField(4, '')
}

export interface TypeMeta {
  readonly apiVersion: string
  readonly kind: string
}

const MAGIC_BYTES = 4

/** The size of the object inside an envelope of a known size: the inverse of `envelopeBytes`. */
export function rawBytesIn(type: TypeMeta, wholeBytes: number): number {
  let rawBytes = wholeBytes - envelopeBytes(type, 0)
  while (envelopeBytes(type, rawBytes) > wholeBytes) rawBytes--
  return rawBytes
}

/** A UUID that stands for any other: all have the same length. */
export const UUID = '00000000-0000-0000-0000-000000000000'
/** A timestamp in seconds since 1970, of which any in these decades takes five bytes. */
const EPOCH_SECONDS = 1_700_000_000
export const TIME_BYTES: number = integerField(1, EPOCH_SECONDS) + integerField(2, 0)
export const TYPICAL_RESOURCE_VERSION = '12345678'

/** The ListMeta of a list or of a Status, which has no resource version. */
export function listMetadataField(resourceVersion = ''): number {
  return messageField(1, stringField(1, ''), stringField(2, resourceVersion), stringField(3, ''))
}

/** The ObjectMeta of an object that is stored, or not yet. */
export function metadataField({ name = '', generateName = '', namespace = '', isStored = false }): number {
  return messageField(
    1,
    stringField(1, name),
    stringField(2, generateName),
    stringField(3, namespace),
    stringField(4, ''), // selfLink
    stringField(5, isStored ? UUID : ''),
    stringField(6, isStored ? TYPICAL_RESOURCE_VERSION : ''),
    integerField(7, 0), // generation
    isStored ? messageField(8, TIME_BYTES) : messageField(8),
  )
}
