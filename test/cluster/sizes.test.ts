import { describe, expect, it } from 'vitest'
import {
  accessReviewSizes,
  signingRequestSizes,
  tokenRequestSizes,
  tokenReviewSizes,
} from '../../src/cluster/access/review-sizes.ts'
import { kubeletOperations } from '../../src/cluster/messages/kubelet-requests.ts'
import {
  hasManagedFields,
  listBytes,
  objectBytes,
  statusBytes,
  typeOf,
  watchEventBytes,
} from '../../src/cluster/messages/object-sizes.ts'
import {
  envelopeBytes,
  integerField,
  messageField,
  metadataField,
  rawBytesIn,
  stringField,
  TIME_BYTES,
  varintBytes,
} from '../../src/cluster/messages/protobuf.ts'
import { clusterCa, nodeCertificate } from './access/credentials.ts'

const plain = { managedFields: false, images: 0 }
const managed = { managedFields: true, images: 0 }

describe('the size of an object', () => {
  it.each([
    ['leases', plain, 322, 551],
    ['leases', managed, 576, 897],
    ['nodes', plain, 1980, 2976],
    ['nodes', managed, 3326, 4562],
    ['nodes', { managedFields: true, images: 10 }, 4996, 6513],
    ['nodes', { managedFields: true, images: 50 }, 11_716, 14_313],
    ['pods', plain, 1646, 3459],
    ['pods', managed, 3489, 5468],
    ['events', plain, 505, 883],
    ['services', plain, 249, 505],
  ] as const)('the size of an object is the measured one for %s %j', (kind, shape, protobuf, json) => {
    expect([objectBytes(kind, 'protobuf', shape), objectBytes(kind, 'json', shape)]).toEqual([protobuf, json])
  })

  it('the size of an object is interpolated for nodes with a number of images that was not measured', () => {
    expect(objectBytes('nodes', 'protobuf', { managedFields: true, images: 30 })).toBe(8356)
    expect(objectBytes('nodes', 'protobuf', { managedFields: false, images: 10 })).toBe(3650)
  })

  it('the size of an object is computed from the fields for secrets and config maps', () => {
    const configMapBytes = objectBytes('configmaps', 'json', plain)
    expect(configMapBytes).toBe(
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"uid":"00000000-0000-0000-0000-000000000000","resourceVersion":"12345678","creationTimestamp":"2026-11-24T00:00:00Z","name":"app-config-5d4f8c7b9d","namespace":"default"},"data":{"config.yaml":""}}'
        .length + 1024,
    )
    const base64Bytes = 1368
    expect(objectBytes('secrets', 'json', plain) - configMapBytes).toBe(
      base64Bytes - 1024 + ',"type":"Opaque"'.length - 'ConfigMap'.length + 'Secret'.length,
    )
    expect(objectBytes('secrets', 'protobuf', plain)).toBeGreaterThan(1024)
  })

  it('the size of an object includes managed fields from 1.18 on', () => {
    expect([17, 18].map(hasManagedFields)).toEqual([false, true])
  })
})

describe('protobuf arithmetic', () => {
  it('protobuf arithmetic adds up the fields of a lease to its measured size', () => {
    const node = 'gke-cluster-1-default-pool-0a1b2c3d-abcd'
    const uid = '00000000-0000-0000-0000-000000000000'
    const owner = messageField(
      13,
      stringField(1, 'Node'),
      stringField(3, node),
      stringField(4, uid),
      stringField(5, 'v1'),
    )
    // What metadataField has, with an owner besides; the envelope of messageField grows with it to two bytes of length.
    const metadata = metadataField({ name: node, namespace: 'kube-node-lease', isStored: true }) + owner + 1
    const spec = messageField(2, stringField(1, node), integerField(2, 40), messageField(4, TIME_BYTES + 4))
    expect(envelopeBytes(typeOf('leases'), metadata + spec)).toBe(322)
  })

  it('protobuf arithmetic finds the size of an object inside its envelope', () => {
    for (const raw of [0, 1, 127, 128, 16_383, 16_384, 100_000]) {
      expect(rawBytesIn(typeOf('pods'), envelopeBytes(typeOf('pods'), raw))).toBe(raw)
    }
    expect([0, 127, 128, 16_383, 16_384].map(varintBytes)).toEqual([1, 1, 2, 2, 3])
  })
})

describe('the size of a response about objects', () => {
  it('the size of a list counts the envelope or type of its objects once', () => {
    const one = listBytes('pods', 'json', plain, 1)
    const list = '{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"12345678"},"items":[]}\n'.length
    expect(one).toBe(list + 3459 - '"kind":"Pod","apiVersion":"v1",'.length)
    expect(listBytes('pods', 'json', plain, 0)).toBe(list)
    expect(listBytes('pods', 'json', plain, 3) - one).toBe(2 * (3459 - 31 + 1))
    const more = listBytes('pods', 'protobuf', plain, 101) - listBytes('pods', 'protobuf', plain, 100)
    // An envelope of a pod is 22 bytes with its lengths: 4 + 2 + 4 + 5, 3, 4.
    expect(more).toBe(1646 - 22 + 3)
  })

  it('the size of a watch event is that of the object and a frame', () => {
    // 4 of length, 10 of type, two messages of three bytes each.
    expect(watchEventBytes('MODIFIED', 'protobuf', 1646)).toBe(4 + 10 + 3 + 3 + 1646)
    expect(watchEventBytes('ADDED', 'json', 3459)).toBe('{"type":"ADDED","object":}\n'.length + 3459)
  })

  it('the size of a refusal is that of a Status object', () => {
    expect(statusBytes(401, 'Unauthorized', 'Unauthorized', 'json')).toBe(
      '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}\n'
        .length,
    )
    // 4; type 2 + 4 + 8; object 2 + 8 + 9 + 14 + 14 + 3; 4.
    expect(statusBytes(401, 'Unauthorized', 'Unauthorized', 'protobuf')).toBe(4 + 14 + 50 + 4)
  })
})

describe('the size of a message about identities', () => {
  const app = { user: 'system:serviceaccount:default:app', groups: ['system:authenticated'] }

  it('the size of a TokenReview depends on the token in the request and on the identity or error in the response', () => {
    const refused = tokenReviewSizes(900, null, 'invalid bearer token', 30)
    // 4; type 2 + 26 + 13; raw 3: metadata 18, spec 3 + 903, status 2 + 2 + 6 + 2; 4.
    expect(refused.requestBytes).toBe(4 + 41 + 3 + 936 + 4)
    expect(refused.responseBytes - refused.requestBytes).toBe('invalid bearer token'.length)
    const found = { identity: app, audiences: ['api'] }
    const accepted = tokenReviewSizes(900, found, '', 30)
    expect(accepted.responseBytes).toBeGreaterThan(accepted.requestBytes + app.user.length + app.groups[0].length)
    expect(tokenReviewSizes(900, null, '', 6).requestBytes - refused.requestBytes).toBe('beta1'.length)
    expect(tokenReviewSizes(1800, null, '', 30).requestBytes - refused.requestBytes).toBe(900)
  })

  it('the size of a SubjectAccessReview depends on user and operation, and in the response on the reason', () => {
    const [operation] = kubeletOperations({ method: 'GET', target: '/containerLogs/default/app-1/app' }, 'node-1', 30)
    const apiserver = { user: 'kube-apiserver-kubelet-client', groups: ['system:masters', 'system:authenticated'] }
    const { requestBytes, responseBytes } = accessReviewSizes(apiserver, operation, 'because', 30)
    // 4; type 2 + 25 + 21; raw 3: metadata 18, spec 2 + (2 + 35) + 31 + 16 + 22 + 2, status 2 + 8; 4.
    expect(requestBytes).toBe(4 + 48 + 3 + 18 + 2 + 37 + 31 + 16 + 22 + 2 + 10 + 4)
    expect(responseBytes - requestBytes).toBe('because'.length)
  })

  it('the size of a TokenRequest grows by the token in its response', () => {
    const { requestBytes, responseBytes } = tokenRequestSizes('app-1', 3607, 900)
    expect(requestBytes).toBeLessThan(200)
    // The token, a longer length before it and around it twice, and the time.
    expect(responseBytes - requestBytes).toBe(900 + 1 + 1 + 1 + TIME_BYTES)
  })

  it('the size of a CertificateSigningRequest grows by the requester, and by the certificate once signed', () => {
    const requester = { user: 'system:bootstrap:abcdef', groups: ['system:bootstrappers', 'system:authenticated'] }
    const { requestBytes, responseBytes, signedBytes } = signingRequestSizes(nodeCertificate, clusterCa, requester, 30)
    expect(requestBytes).toBeGreaterThan(936)
    expect(responseBytes).toBeGreaterThan(requestBytes + requester.user.length)
    expect(signedBytes).toBeGreaterThan(responseBytes + 1000)
    const old = signingRequestSizes(nodeCertificate, clusterCa, requester, 17)
    expect(requestBytes - old.requestBytes).toBe(
      'kubernetes.io/kube-apiserver-client-kubelet'.length + 2 - 'beta1'.length,
    )
  })
})
