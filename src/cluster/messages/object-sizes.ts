import { utf8Bytes } from '../../security/der.ts'
import {
  envelopeBytes,
  integerField,
  messageField,
  metadataField,
  rawBytesIn,
  stringField,
  TYPICAL_RESOURCE_VERSION,
  type TypeMeta,
} from './protobuf.ts'

export type ObjectKind = 'pods' | 'nodes' | 'leases' | 'events' | 'services' | 'secrets' | 'configmaps'

export type ObjectEncoding = 'protobuf' | 'json'

/** Where a size comes from. */
export type Provenance =
  /** A real object was encoded (k8s.io/api 0.32.3, names as GKE gives them; docs/facts/message-sizes.md). */
  | 'measured'
  /** Between, or a little beyond, points that were measured. */
  | 'interpolated'
  /** From the fields of the message, and checked against no real one. */
  | 'computed'

export interface Size {
  readonly bytes: number
  readonly provenance: Provenance
}

export interface ObjectShape {
  /** Who set which field, with the object: since 1.18 with all. */
  readonly managedFields: boolean
  /** Of a node: container images in its status; a kubelet reports 50 at most. */
  readonly images: number
}

/** A kubelet reports 50 images at most (nodeStatusMaxImages), and most have as many (docs/facts/message-sizes.md). */
export const TYPICAL_IMAGES = 50

/** Server-side apply keeps managed fields of all objects since its second beta, in 1.18 (KEP-555). */
export function hasManagedFields(minor: number): boolean {
  return minor >= 18
}

const MEASURED: Readonly<
  Record<MeasuredKind, Readonly<Record<ObjectEncoding, readonly [bare: number, managed: number]>>>
> = {
  leases: { protobuf: [322, 576], json: [551, 897] },
  nodes: { protobuf: [1980, 3326], json: [2976, 4562] },
  pods: { protobuf: [1646, 3489], json: [3459, 5468] },
  events: { protobuf: [505, 505], json: [883, 883] },
  services: { protobuf: [249, 249], json: [505, 505] },
}

type MeasuredKind = 'leases' | 'nodes' | 'pods' | 'events' | 'services'

/** Measured without managed fields only; where they have some, the size leaves them out. */
const MEASURED_BARE: readonly ObjectKind[] = ['events', 'services']

/** Nodes with managed fields and 10, and 50 images. */
const NODE_OF_10: Readonly<Record<ObjectEncoding, number>> = { protobuf: 4996, json: 6513 }
const NODE_OF_50: Readonly<Record<ObjectEncoding, number>> = { protobuf: 11_716, json: 14_313 }

/** A pod has one container. */
export function objectSize(kind: ObjectKind, encoding: ObjectEncoding, shape: ObjectShape): Size {
  if (kind === 'secrets' || kind === 'configmaps')
    return { bytes: dataObjectBytes(kind, encoding), provenance: 'computed' }
  const bytes = MEASURED[kind][encoding][shape.managedFields ? 1 : 0]
  if (MEASURED_BARE.includes(kind)) return { bytes, provenance: shape.managedFields ? 'computed' : 'measured' }
  return kind === 'nodes' && shape.images > 0 ? nodeSize(encoding, shape) : { bytes, provenance: 'measured' }
}

/** Images add to the status alone, and as much whether fields are managed or not: the list of them is one field. */
function nodeSize(encoding: ObjectEncoding, { managedFields, images }: ObjectShape): Size {
  const [bare, managed] = MEASURED.nodes[encoding]
  const atTen = NODE_OF_10[encoding]
  const added =
    images <= 10
      ? Math.round((images * (atTen - managed)) / 10)
      : atTen - managed + Math.round(((images - 10) * (NODE_OF_50[encoding] - atTen)) / 40)
  const isPoint = managedFields && (images === 10 || images === 50)
  return { bytes: (managedFields ? managed : bare) + added, provenance: isPoint ? 'measured' : 'interpolated' }
}

/** Of a kubelet that has nothing new to say: conditions with a new time, as a strategic merge patch. */
export const NODE_STATUS_PATCH: Size = { bytes: 441, provenance: 'measured' }

/** Of a pod that became ready or ceased to be: conditions and container states, as a strategic merge patch in JSON. */
export const POD_STATUS_PATCH: Size = { bytes: 600, provenance: 'computed' }

/** Secrets and config maps of a kilobyte: a key, its certificate, a file. */
const TYPICAL_DATA = { key: 'config.yaml', valueBytes: 1024 }
const TYPICAL_NAME = 'app-config-5d4f8c7b9d'

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
  uid: '00000000-0000-0000-0000-000000000000',
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
 * A list of `count` objects of one size. Inside it they have neither envelope (protobuf) nor type (JSON), which the
 * list says once.
 */
export function listSize(kind: ObjectKind, encoding: ObjectEncoding, shape: ObjectShape, count: number): Size {
  const { apiVersion, kind: itemKind } = typeOf(kind)
  const listType = { kind: `${itemKind}List`, apiVersion }
  const item = objectSize(kind, encoding, shape)
  const provenance = item.provenance === 'measured' ? 'interpolated' : item.provenance
  if (encoding === 'json') {
    const empty = { ...listType, metadata: { resourceVersion: TYPICAL_RESOURCE_VERSION }, items: [] }
    const bare = item.bytes - `"kind":"${itemKind}","apiVersion":"${apiVersion}",`.length
    return { bytes: jsonBytes(empty) + LINE_FEED + count * bare + Math.max(0, count - 1), provenance }
  }
  const listMeta = messageField(1, stringField(1, ''), stringField(2, TYPICAL_RESOURCE_VERSION), stringField(3, ''))
  const raw = listMeta + count * messageField(2, rawBytesIn(typeOf(kind), item.bytes))
  return { bytes: envelopeBytes(listType, raw), provenance }
}

/** In protobuf: a list with nothing in it, and what an object of a known size adds. */
export function emptyListBytes({ apiVersion, kind }: TypeMeta): number {
  const listMeta = messageField(1, stringField(1, ''), stringField(2, TYPICAL_RESOURCE_VERSION), stringField(3, ''))
  return envelopeBytes({ apiVersion, kind: `${kind}List` }, listMeta)
}

export function rawItemBytes(type: TypeMeta, objectBytes: number): number {
  return messageField(2, rawBytesIn(type, objectBytes))
}

/** Go's json.Encoder ends each value with one. */
const LINE_FEED = 1

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'

/**
 * A change on a watch. Protobuf: a length of four bytes, and a WatchEvent whose object is in its envelope (pkg/
 * runtime/serializer/protobuf: LengthDelimitedFramer, RawSerializer; apis/meta/v1: WatchEvent). JSON: a line.
 */
export function watchEventSize(type: WatchEventType, encoding: ObjectEncoding, object: Size): Size {
  const { bytes } = object
  const provenance = object.provenance === 'measured' ? 'interpolated' : object.provenance
  if (encoding === 'json')
    return { bytes: jsonBytes({ type, object: '' }) - '""'.length + bytes + LINE_FEED, provenance }
  return { bytes: FRAME_LENGTH_BYTES + stringField(1, type) + messageField(2, messageField(1, bytes)), provenance }
}

const FRAME_LENGTH_BYTES = 4

/** Each minute, on watches that ask for it: an object that is nothing but its version (KEP-956). */
export function bookmarkSize(kind: ObjectKind, encoding: ObjectEncoding): Size {
  const metadata = { resourceVersion: TYPICAL_RESOURCE_VERSION, creationTimestamp: null }
  const raw = metadataField({}) + TYPICAL_RESOURCE_VERSION.length + EMPTY_PARTS_BYTES[kind]
  const bytes = encoding === 'json' ? jsonBytes({ ...typeOf(kind), metadata }) : envelopeBytes(typeOf(kind), raw)
  return watchEventSize('BOOKMARK', encoding, { bytes, provenance: 'computed' })
}

/** Specs and statuses with nothing in them still have their empty strings; about as many as these. */
const EMPTY_PARTS_BYTES: Readonly<Record<ObjectKind, number>> = {
  pods: 50,
  nodes: 50,
  leases: messageField(2),
  events: 50,
  services: 30,
  secrets: stringField(3, ''),
  configmaps: 0,
}

/** What comes with a refusal: a Status (apimachinery pkg/apis/meta/v1). */
export function statusSize(code: number, reason: string, message: string, encoding: ObjectEncoding): Size {
  const type = { kind: 'Status', apiVersion: 'v1' }
  if (encoding === 'json') {
    const text = { ...type, metadata: {}, status: 'Failure', message, reason, code }
    return { bytes: jsonBytes(text) + LINE_FEED, provenance: 'computed' }
  }
  const listMeta = messageField(1, stringField(1, ''), stringField(2, ''), stringField(3, ''))
  const texts = stringField(2, 'Failure') + stringField(3, message) + stringField(4, reason)
  return { bytes: envelopeBytes(type, listMeta + texts + integerField(6, code)), provenance: 'computed' }
}

function jsonBytes(value: object): number {
  return utf8Bytes(JSON.stringify(value))
}
