import { utf8Bytes } from '../../security/der.ts'
import {
  envelopeBytes,
  integerField,
  listMetadataField,
  messageField,
  metadataField,
  rawBytesIn,
  stringField,
  TYPICAL_RESOURCE_VERSION,
  type TypeMeta,
  UUID,
} from './protobuf.ts'

export type ObjectKind = 'pods' | 'nodes' | 'leases' | 'events' | 'services' | 'secrets' | 'configmaps'

export type ObjectEncoding = 'protobuf' | 'json'

/** The properties that determine the size of an object, in addition to its kind and encoding. */
export interface ObjectShape {
  /** Whether the object records which client set which field (`metadata.managedFields`). */
  readonly managedFields: boolean
  /** Container images in the status of a node; a kubelet reports at most 50. */
  readonly images: number
}

/**
 * A kubelet reports at most 50 images (nodeStatusMaxImages), and most nodes have as many (docs/facts/message-sizes.md).
 */
export const TYPICAL_IMAGES = 50

/** Server-side apply keeps managed fields of all objects since its second beta, in 1.18 (KEP-555). */
export function hasManagedFields(minor: number): boolean {
  return minor >= 18
}

/**
 * Measured sizes: objects of k8s.io/api 0.32.3 were encoded, with names as GKE gives them
 * (docs/facts/message-sizes.md). Events and services were measured without managed fields only, so their sizes with
 * managed fields are too small.
 */
const MEASURED: Readonly<
  Record<
    Exclude<ObjectKind, 'secrets' | 'configmaps'>,
    Readonly<Record<ObjectEncoding, readonly [bare: number, managed: number]>>
  >
> = {
  leases: { protobuf: [322, 576], json: [551, 897] },
  nodes: { protobuf: [1980, 3326], json: [2976, 4562] },
  pods: { protobuf: [1646, 3489], json: [3459, 5468] },
  events: { protobuf: [505, 505], json: [883, 883] },
  services: { protobuf: [249, 249], json: [505, 505] },
}

/** Measured sizes of nodes with managed fields and 10, and 50 images. */
const NODE_OF_10: Readonly<Record<ObjectEncoding, number>> = { protobuf: 4996, json: 6513 }
const NODE_OF_50: Readonly<Record<ObjectEncoding, number>> = { protobuf: 11_716, json: 14_313 }

/** Returns the size of one standalone object. A pod has one container. */
export function objectBytes(kind: ObjectKind, encoding: ObjectEncoding, shape: ObjectShape): number {
  if (kind === 'secrets' || kind === 'configmaps') return dataObjectBytes(kind, encoding)
  const bytes = MEASURED[kind][encoding][shape.managedFields ? 1 : 0]
  return kind === 'nodes' ? bytes + imagesBytes(encoding, shape.images) : bytes
}

/**
 * Returns the size that images add to a node, interpolated between the measured points. They are one list in the
 * status, so they add the same with and without managed fields.
 */
function imagesBytes(encoding: ObjectEncoding, images: number): number {
  const ofTen = NODE_OF_10[encoding] - MEASURED.nodes[encoding][1]
  if (images <= 10) return Math.round((images * ofTen) / 10)
  return ofTen + Math.round(((images - 10) * (NODE_OF_50[encoding] - NODE_OF_10[encoding])) / 40)
}

/** The measured size of a node status patch that only renews the times of conditions: a strategic merge patch in JSON. */
export const NODE_STATUS_PATCH_BYTES = 441

/**
 * The size of a pod status patch in JSON, when the pod has become ready or unready: conditions and container states.
 * It was added up from the fields and not measured.
 */
export const POD_STATUS_PATCH_BYTES = 600

/** The contents of secrets and config maps: one file of a kilobyte. */
const TYPICAL_DATA = { key: 'config.yaml', valueBytes: 1024 }
const TYPICAL_NAME = 'app-config-5d4f8c7b9d'

/** The size of a secret or config map, computed from its fields and not measured. */
function dataObjectBytes(kind: 'secrets' | 'configmaps', encoding: ObjectEncoding): number {
  const { key, valueBytes } = TYPICAL_DATA
  if (encoding === 'json') {
    const text = {
      ...typeOf(kind),
      metadata: { ...JSON_METADATA, name: TYPICAL_NAME, namespace: 'default' },
      data: { [key]: '' },
      ...(kind === 'secrets' ? { type: 'Opaque' } : {}),
    }
    return jsonBytes(text) + (kind === 'secrets' ? Math.ceil(valueBytes / 3) * 4 : valueBytes)
  }
  const entry = messageField(2, stringField(1, key), messageField(2, valueBytes))
  const raw = metadataField({ name: TYPICAL_NAME, namespace: 'default', isStored: true }) + entry
  return envelopeBytes(typeOf(kind), raw + (kind === 'secrets' ? stringField(3, 'Opaque') : 0))
}

const JSON_METADATA = {
  uid: UUID,
  resourceVersion: TYPICAL_RESOURCE_VERSION,
  creationTimestamp: '2026-11-24T00:00:00Z',
}

const TYPES: Readonly<Record<ObjectKind, TypeMeta>> = {
  pods: { apiVersion: 'v1', kind: 'Pod' },
  nodes: { apiVersion: 'v1', kind: 'Node' },
  leases: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
  events: { apiVersion: 'v1', kind: 'Event' },
  services: { apiVersion: 'v1', kind: 'Service' },
  secrets: { apiVersion: 'v1', kind: 'Secret' },
  configmaps: { apiVersion: 'v1', kind: 'ConfigMap' },
}

export function typeOf(kind: ObjectKind): TypeMeta {
  return TYPES[kind]
}

/**
 * The size of a list of `count` objects of one shape. Objects in a list have neither envelope (protobuf) nor type
 * (JSON): the list has them once.
 */
export function listBytes(kind: ObjectKind, encoding: ObjectEncoding, shape: ObjectShape, count: number): number {
  const type = typeOf(kind)
  const itemBytes = objectBytes(kind, encoding, shape)
  if (encoding === 'protobuf') return protobufListBytes(type, count * rawItemBytes(type, itemBytes))
  const empty = { ...listTypeOf(type), metadata: { resourceVersion: TYPICAL_RESOURCE_VERSION }, items: [] }
  const bareBytes = itemBytes - `"kind":"${type.kind}","apiVersion":"${type.apiVersion}",`.length
  return jsonBytes(empty) + LINE_FEED + count * bareBytes + Math.max(0, count - 1)
}

/** The size of an empty list in protobuf. `rawItemBytes` is what each object adds, but for longer lengths around it. */
export function emptyListBytes(type: TypeMeta): number {
  return protobufListBytes(type, 0)
}

/** Returns the size that an object of `objectBytes` adds to a list in protobuf. */
export function rawItemBytes(type: TypeMeta, objectBytes: number): number {
  return messageField(2, rawBytesIn(type, objectBytes))
}

function protobufListBytes(type: TypeMeta, itemsBytes: number): number {
  return envelopeBytes(listTypeOf(type), listMetadataField(TYPICAL_RESOURCE_VERSION) + itemsBytes)
}

function listTypeOf({ apiVersion, kind }: TypeMeta): TypeMeta {
  return { kind: `${kind}List`, apiVersion }
}

/** Go's json.Encoder writes a line feed behind each value. */
const LINE_FEED = 1

/** Protobuf writes the length of each event before it, in four bytes. */
const FRAME_LENGTH_BYTES = 4

/**
 * Returns the size of an event on a watch, about an object of `objectBytes`. In protobuf it is a length, and a
 * WatchEvent that holds the object in its envelope (apimachinery pkg/runtime/serializer/protobuf:
 * LengthDelimitedFramer, RawSerializer; apis/meta/v1: WatchEvent); in JSON, a line.
 */
export function watchEventBytes(type: 'ADDED' | 'MODIFIED', encoding: ObjectEncoding, objectBytes: number): number {
  if (encoding === 'json') return jsonBytes({ type, object: '' }) - '""'.length + objectBytes + LINE_FEED
  return FRAME_LENGTH_BYTES + stringField(1, type) + messageField(2, messageField(1, objectBytes))
}

/** The size of a Status, the body of a refusal (apimachinery pkg/apis/meta/v1). */
export function statusBytes(code: number, reason: string, message: string, encoding: ObjectEncoding): number {
  const type = { kind: 'Status', apiVersion: 'v1' }
  if (encoding === 'json')
    return jsonBytes({ ...type, metadata: {}, status: 'Failure', message, reason, code }) + LINE_FEED
  const texts = stringField(2, 'Failure') + stringField(3, message) + stringField(4, reason)
  return envelopeBytes(type, listMetadataField() + texts + integerField(6, code))
}

function jsonBytes(value: object): number {
  return utf8Bytes(JSON.stringify(value))
}
