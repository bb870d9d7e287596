import { apiVersionOf } from '../messages/api-versions.ts'
import {
  booleanField,
  envelopeBytes,
  integerField,
  messageField,
  metadataField,
  stringField,
  type TypeMeta,
  UUID,
} from '../messages/protobuf.ts'

export type EndpointsKind = 'endpoints' | 'endpointslices'

/**
 * Returns the sizes of an Endpoints or EndpointSlice object without endpoints (`emptyBytes`), and of one endpoint in
 * it. They are computed from the fields of the messages (k8s.io/api core and discovery generated.proto), not measured.
 * A real slice holds at most 100 endpoints; here one slice holds all endpoints of a service.
 */
export function endpointsBytes(
  kind: EndpointsKind,
  service: string,
  minor: number,
): { readonly emptyBytes: number; readonly endpointBytes: number } {
  return kind === 'endpoints' ? ofEndpoints(service) : ofSlice(service, minor)
}

const TYPICAL_ADDRESS = '10.100.100.100'
const TYPICAL_POD = 'web-5d4f8c7b9d-x2x4z'
const TYPICAL_NODE = 'gke-cluster-1-default-pool-0a1b2c3d-abcd'
const TYPICAL_ZONE = 'europe-west1-b'

export function endpointsType(kind: EndpointsKind, minor: number): TypeMeta {
  return kind === 'endpoints'
    ? { apiVersion: 'v1', kind: 'Endpoints' }
    : { apiVersion: apiVersionOf('discovery.k8s.io', minor), kind: 'EndpointSlice' }
}

function ofEndpoints(service: string) {
  const port = messageField(3, stringField(1, ''), integerField(2, 8080), stringField(3, 'TCP'))
  const raw = metadataField({ name: service, namespace: 'default', isStored: true }) + messageField(2, port)
  const address = messageField(
    1,
    stringField(1, TYPICAL_ADDRESS),
    messageField(2, podReferenceBytes()),
    stringField(3, ''),
    stringField(4, TYPICAL_NODE),
  )
  return { emptyBytes: envelopeBytes(endpointsType('endpoints', 0), raw), endpointBytes: address }
}

function ofSlice(service: string, minor: number) {
  const labels = [
    ['endpointslice.kubernetes.io/managed-by', 'endpointslice-controller.k8s.io'],
    ['kubernetes.io/service-name', service],
  ]
  const labelBytes = labels.reduce((sum, [key, value]) => sum + labelField(key, value), 0)
  const raw =
    metadataField({ name: `${service}-x2x4z`, generateName: `${service}-`, namespace: 'default', isStored: true }) +
    labelBytes +
    ownerField(service) +
    messageField(3, stringField(1, ''), stringField(2, 'TCP'), integerField(3, 8080)) +
    stringField(4, 'IPv4')
  const conditions = messageField(2, booleanField(1), booleanField(2), booleanField(3))
  const endpoint = messageField(
    2,
    stringField(1, TYPICAL_ADDRESS),
    conditions,
    messageField(4, podReferenceBytes()),
    stringField(6, TYPICAL_NODE),
    stringField(7, TYPICAL_ZONE),
  )
  return { emptyBytes: envelopeBytes(endpointsType('endpointslices', minor), raw), endpointBytes: endpoint }
}

/** The size of an ObjectReference: kind, namespace, name, uid. */
function podReferenceBytes(): number {
  return (
    stringField(1, 'Pod') +
    stringField(2, 'default') +
    stringField(3, TYPICAL_POD) +
    stringField(4, UUID) +
    stringField(5, '') +
    stringField(6, '') +
    stringField(7, '')
  )
}

/** A label of the metadata. The length of the metadata itself is at most one byte too short. */
function labelField(key: string, value: string): number {
  return messageField(11, stringField(1, key), stringField(2, value))
}

function ownerField(service: string): number {
  return messageField(
    13,
    stringField(1, 'Service'),
    stringField(3, service),
    stringField(4, UUID),
    stringField(5, 'v1'),
    booleanField(6),
    booleanField(7),
  )
}
