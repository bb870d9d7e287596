import { describe, expect, test } from 'vitest'
import { kubeletOperations } from '../../src/cluster/messages/kubelet-requests.ts'
import {
  bookmarkSize,
  hasManagedFields,
  listSize,
  objectSize,
  statusSize,
  typeOf,
  watchEventSize,
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
import {
  accessReviewSizes,
  certificateExtra,
  jsonTokenReviewRequest,
  signingRequestSizes,
  tokenExtra,
  tokenRequestSizes,
  tokenReviewSizes,
} from '../../src/cluster/messages/review-sizes.ts'
import { clusterCa, nodeCertificate } from './access/people.ts'

const plain = { managedFields: false, images: 0 }
const managed = { managedFields: true, images: 0 }

describe('objects', () => {
  test.each([
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
  ] as const)('%s %j are as long as they were measured', (kind, shape, protobuf, json) => {
    expect(objectSize(kind, 'protobuf', shape)).toEqual({ bytes: protobuf, provenance: 'measured' })
    expect(objectSize(kind, 'json', shape)).toEqual({ bytes: json, provenance: 'measured' })
  })

  test('between measured points a node grows with each image, and says that nobody measured it', () => {
    expect(objectSize('nodes', 'protobuf', { managedFields: true, images: 30 })).toEqual({
      bytes: 8356,
      provenance: 'interpolated',
    })
    expect(objectSize('nodes', 'protobuf', { managedFields: false, images: 10 })).toEqual({
      bytes: 3650,
      provenance: 'interpolated',
    })
  })

  test('secrets and config maps are computed', () => {
    expect(objectSize('configmaps', 'json', plain)).toEqual({
      bytes:
        '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"uid":"00000000-0000-0000-0000-000000000000","resourceVersion":"12345678","creationTimestamp":"2026-11-24T00:00:00Z","name":"app-config-5d4f8c7b9d","namespace":"default"},"data":{"config.yaml":""}}'
          .length + 1024,
      provenance: 'computed',
    })
    const base64Bytes = 1368
    const secret = objectSize('secrets', 'json', plain).bytes - objectSize('configmaps', 'json', plain).bytes
    expect(secret).toBe(base64Bytes - 1024 + ',"type":"Opaque"'.length - 'ConfigMap'.length + 'Secret'.length)
    expect(objectSize('secrets', 'protobuf', plain).bytes).toBeGreaterThan(1024)
  })

  test('managed fields came with 1.18', () => {
    expect([17, 18].map(hasManagedFields)).toEqual([false, true])
  })
})

describe('protobuf arithmetic', () => {
  test('gives the lease that was measured, field by field', () => {
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

  test('takes an object out of its envelope again', () => {
    for (const raw of [0, 1, 127, 128, 16_383, 16_384, 100_000]) {
      expect(rawBytesIn(typeOf('pods'), envelopeBytes(typeOf('pods'), raw))).toBe(raw)
    }
    expect([0, 127, 128, 16_383, 16_384].map(varintBytes)).toEqual([1, 1, 2, 2, 3])
  })
})

describe('lists and watches', () => {
  test('a list has each object without what it says once for all', () => {
    const one = listSize('pods', 'json', plain, 1).bytes
    const list = '{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"12345678"},"items":[]}\n'.length
    expect(one).toBe(list + 3459 - '"kind":"Pod","apiVersion":"v1",'.length)
    expect(listSize('pods', 'json', plain, 0).bytes).toBe(list)
    expect(listSize('pods', 'json', plain, 3).bytes - one).toBe(2 * (3459 - 31 + 1))
    const more = listSize('pods', 'protobuf', plain, 101).bytes - listSize('pods', 'protobuf', plain, 100).bytes
    // An envelope of a pod is 22 bytes with its lengths: 4 + 2 + 4 + 5, 3, 4.
    expect(more).toBe(1646 - 22 + 3)
    expect(listSize('pods', 'protobuf', plain, 3).provenance).toBe('interpolated')
  })

  test('a change on a watch is an object and a frame around it', () => {
    const pod = objectSize('pods', 'protobuf', plain)
    // 4 of length, 10 of type, two messages of three bytes each.
    expect(watchEventSize('MODIFIED', 'protobuf', pod)).toEqual({
      bytes: 4 + 10 + 3 + 3 + 1646,
      provenance: 'interpolated',
    })
    const line = '{"type":"ADDED","object":}\n'.length
    expect(watchEventSize('ADDED', 'json', objectSize('pods', 'json', plain)).bytes).toBe(line + 3459)
  })

  test('a bookmark is small', () => {
    expect(bookmarkSize('pods', 'protobuf').bytes).toBeLessThan(150)
    expect(bookmarkSize('pods', 'json')).toEqual({
      bytes:
        '{"type":"BOOKMARK","object":{"apiVersion":"v1","kind":"Pod","metadata":{"resourceVersion":"12345678","creationTimestamp":null}}}\n'
          .length,
      provenance: 'computed',
    })
  })

  test('a refusal is a Status', () => {
    expect(statusSize(401, 'Unauthorized', 'Unauthorized', 'json').bytes).toBe(
      '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}\n'
        .length,
    )
    // 4; type 2 + 4 + 8; object 2 + 8 + 9 + 14 + 14 + 3; 4.
    expect(statusSize(401, 'Unauthorized', 'Unauthorized', 'protobuf').bytes).toBe(4 + 14 + 50 + 4)
  })
})

describe('questions about people', () => {
  const app = { user: 'system:serviceaccount:default:app', groups: ['system:authenticated'] }

  test('a TokenReview carries the token there, and who it is back', () => {
    const nobody = tokenReviewSizes(900, [], null, 'invalid bearer token', 30)
    // 4; type 2 + 26 + 13; raw 3: metadata 18, spec 3 + 903, status 2 + 2 + 6 + 2; 4.
    expect(nobody.request).toEqual({ bytes: 4 + 41 + 3 + 936 + 4, provenance: 'computed' })
    expect(nobody.response.bytes - nobody.request.bytes).toBe('invalid bearer token'.length)
    const found = { identity: app, extra: tokenExtra('app-1', 30), audiences: ['api'] }
    expect(tokenReviewSizes(900, [], found, '', 30).response.bytes).toBeGreaterThan(nobody.response.bytes + 300)
    expect(tokenReviewSizes(900, [], null, '', 6).request.bytes - nobody.request.bytes).toBe('beta1'.length)
    expect(tokenReviewSizes(1800, [], null, '', 30).request.bytes - nobody.request.bytes).toBe(900)
  })

  test('what is known of a token grew in 1.30, of a certificate in 1.32', () => {
    expect(tokenExtra('app-1', 29).map(([key]) => key)).toEqual([
      'authentication.kubernetes.io/pod-name',
      'authentication.kubernetes.io/pod-uid',
    ])
    expect(tokenExtra('app-1', 30)).toHaveLength(5)
    expect(tokenExtra(null, 29)).toEqual([])
    expect([31, 32].map((minor) => certificateExtra(minor).length)).toEqual([0, 1])
  })

  test('a SubjectAccessReview carries who, what and where, and comes back with the reason', () => {
    const [operation] = kubeletOperations({ method: 'GET', target: '/containerLogs/default/app-1/app' }, 'node-1', 30)
    const apiserver = { user: 'kube-apiserver-kubelet-client', groups: ['system:masters', 'system:authenticated'] }
    const { request, response } = accessReviewSizes(apiserver, [], operation, 'because', 30)
    // 4; type 2 + 25 + 21; raw 3: metadata 18, spec 2 + (2 + 35) + 31 + 16 + 22 + 2, status 2 + 8; 4.
    expect(request.bytes).toBe(4 + 48 + 3 + 18 + 2 + 37 + 31 + 16 + 22 + 2 + 10 + 4)
    expect(response.bytes - request.bytes).toBe('because'.length)
  })

  test('a TokenRequest is short, and its answer brings the token', () => {
    const { request, response } = tokenRequestSizes('app-1', ['api'], 3607, 900)
    expect(request.bytes).toBeLessThan(200)
    // The token, a longer length before it and around it twice, and the time.
    expect(response.bytes - request.bytes).toBe(900 + 1 + 1 + 1 + TIME_BYTES)
  })

  test('a signing request goes out as PEM, and comes back with a certificate', () => {
    const requester = { user: 'system:bootstrap:abcdef', groups: ['system:bootstrappers', 'system:authenticated'] }
    const { request, response, signed } = signingRequestSizes(nodeCertificate, clusterCa, requester, 30)
    expect(request.bytes).toBeGreaterThan(936)
    expect(response.bytes).toBeGreaterThan(request.bytes + requester.user.length)
    expect(signed.bytes).toBeGreaterThan(response.bytes + 1000)
    const old = signingRequestSizes(nodeCertificate, clusterCa, requester, 17)
    expect(request.bytes - old.request.bytes).toBe(
      'kubernetes.io/kube-apiserver-client-kubelet'.length + 2 - 'beta1'.length,
    )
  })

  test('the Konnectivity server asks in JSON', () => {
    expect(jsonTokenReviewRequest(900, ['system:konnectivity-server']).bytes).toBe(
      '{"kind":"TokenReview","apiVersion":"authentication.k8s.io/v1","metadata":{"creationTimestamp":null},"spec":{"token":"","audiences":["system:konnectivity-server"]},"status":{"user":{}}}\n'
        .length + 900,
    )
  })
})
