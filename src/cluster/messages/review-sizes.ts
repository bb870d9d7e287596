import type { Certificate } from '../../security/certificate.ts'
import { certificatePemBytes, certificateRequestPemBytes } from '../../security/certificate-request.ts'
import { utf8Bytes } from '../../security/der.ts'
import type { Identity } from '../access/identity.ts'
import type { Size } from './object-sizes.ts'
import type { ResourceOperation } from './operations.ts'
import {
  booleanField,
  envelopeBytes,
  integerField,
  messageField,
  metadataField,
  stringField,
  stringFields,
  TIME_BYTES,
} from './protobuf.ts'

/**
 * Sizes of the questions that are asked about people, in protobuf, as kubelets ask and are answered. They come from
 * the fields of the messages (k8s.io/api: authentication, authorization, certificates v1 generated.proto), and were
 * checked against no real ones. Managed fields, which some versions add to an answer, are not in them.
 */

export interface Exchange {
  readonly request: Size
  readonly response: Size
}

/** What is known of somebody besides, by key: with tokens their pod, with certificates their hash. */
export type Extra = readonly (readonly [key: string, value: string])[]

const UUID = '00000000-0000-0000-0000-000000000000'

export function tokenExtra(pod: string | null, minor: number): Extra {
  const key = 'authentication.kubernetes.io/'
  const ofPod: Extra =
    pod === null
      ? []
      : [
          [`${key}pod-name`, pod],
          [`${key}pod-uid`, UUID],
        ]
  if (minor < 30) return ofPod
  const ofNode: Extra =
    pod === null
      ? []
      : [
          [`${key}node-name`, TYPICAL_NODE],
          [`${key}node-uid`, UUID],
        ]
  return [[`${key}credential-id`, `JTI=${UUID}`], ...ofNode, ...ofPod]
}

/** Since 1.32 (k/k#125634). */
export function certificateExtra(minor: number): Extra {
  return minor < 32 ? [] : [['authentication.kubernetes.io/credential-id', `X509SHA256=${'0'.repeat(64)}`]]
}

const TYPICAL_NODE = 'gke-cluster-1-default-pool-0a1b2c3d-abcd'

/** @param found null: nobody, and `error` says why */
export function tokenReviewSizes(
  tokenBytes: number,
  audiences: readonly string[],
  found: { readonly identity: Identity; readonly extra: Extra; readonly audiences: readonly string[] } | null,
  error: string,
  minor: number,
): Exchange {
  const type = { apiVersion: `authentication.k8s.io/${versionOf(minor, 17)}`, kind: 'TokenReview' }
  const spec = messageField(2, messageField(1, tokenBytes), stringFields(2, audiences))
  const statusOf = (user: number, words: string, accepted: readonly string[]): number =>
    messageField(3, booleanField(1), messageField(2, user), stringField(3, words), stringFields(4, accepted))
  const nobody = stringField(1, '') + stringField(2, '')
  const user =
    found === null
      ? nobody
      : stringField(1, found.identity.user) +
        stringField(2, UUID) +
        stringFields(3, found.identity.groups) +
        extraFields(4, found.extra)
  const around = metadataField({}) + spec
  return {
    request: computed(envelopeBytes(type, around + statusOf(nobody, '', []))),
    response: computed(envelopeBytes(type, around + statusOf(user, error, found?.audiences ?? []))),
  }
}

export function accessReviewSizes(
  { user, groups }: Identity,
  extra: Extra,
  operation: ResourceOperation,
  reason: string,
  minor: number,
): Exchange {
  const type = { apiVersion: `authorization.k8s.io/${versionOf(minor, 17)}`, kind: 'SubjectAccessReview' }
  const { verb, group, version, resource, subresource, namespace, name } = operation
  const attributes = [namespace ?? '', verb, group, version, resource, subresource ?? '', name ?? '']
  const spec = messageField(
    2,
    messageField(1, ...attributes.map((value, index) => stringField(index + 1, value))),
    stringField(3, user),
    stringFields(4, groups),
    extraFields(5, extra),
    stringField(6, ''),
  )
  const statusOf = (words: string): number =>
    messageField(3, booleanField(1), stringField(2, words), stringField(3, ''), booleanField(4))
  const around = metadataField({}) + spec
  return {
    request: computed(envelopeBytes(type, around + statusOf(''))),
    response: computed(envelopeBytes(type, around + statusOf(reason))),
  }
}

/** A token for a pod: TokenRequest, whose answer brings the token. */
export function tokenRequestSizes(
  pod: string,
  audiences: readonly string[],
  lifetimeS: number,
  tokenBytes: number,
): Exchange {
  const type = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' }
  const boundTo = messageField(
    3,
    stringField(1, 'Pod'),
    stringField(2, 'v1'),
    stringField(3, pod),
    stringField(4, UUID),
  )
  const spec = messageField(2, stringFields(1, audiences), boundTo, integerField(4, lifetimeS))
  const statusOf = (bytes: number, expires: number): number => messageField(3, messageField(1, bytes), expires)
  return {
    request: computed(envelopeBytes(type, metadataField({}) + spec + statusOf(0, messageField(2)))),
    response: computed(
      envelopeBytes(type, metadataField({}) + spec + statusOf(tokenBytes, messageField(2, TIME_BYTES))),
    ),
  }
}

export interface SigningRequestSizes extends Exchange {
  /** What a watch or a get brings when it is signed. */
  readonly signed: Size
}

/** A CertificateSigningRequest of a kubelet, for its client certificate (no SANs) or its serving one. */
export function signingRequestSizes(
  certificate: Certificate,
  issuer: Certificate,
  requester: Identity,
  minor: number,
): SigningRequestSizes {
  const type = { apiVersion: `certificates.k8s.io/${versionOf(minor, 19)}`, kind: 'CertificateSigningRequest' }
  const forClients = certificate.usages.includes('client')
  const signer = forClients ? 'kubernetes.io/kube-apiserver-client-kubelet' : 'kubernetes.io/kubelet-serving'
  const usages = ['digital signature', forClients ? 'client auth' : 'server auth']
  const specOf = (by: Identity | null): number =>
    messageField(
      2,
      messageField(1, certificateRequestPemBytes(certificate)),
      stringField(2, by?.user ?? ''),
      stringField(3, ''),
      stringFields(4, by?.groups ?? []),
      stringFields(5, certificate.key === 'rsa-2048' ? [...usages, 'key encipherment'] : usages),
      minor >= 18 ? stringField(7, signer) : 0,
    )
  const unsigned = messageField(3)
  const stored = metadataField({ name: 'csr-x2x4z', generateName: 'csr-', isStored: true })
  const around = stored + specOf(requester)
  const status = messageField(3, APPROVED_BYTES, messageField(2, certificatePemBytes(certificate, issuer)))
  return {
    request: computed(envelopeBytes(type, metadataField({ generateName: 'csr-' }) + specOf(null) + unsigned)),
    response: computed(envelopeBytes(type, around + unsigned)),
    signed: computed(envelopeBytes(type, around + status)),
  }
}

/** pkg/controller/certificates/approver/sarapprove.go has these words. */
const APPROVED_BYTES: number = messageField(
  1,
  stringField(1, 'Approved'),
  stringField(2, 'AutoApproved'),
  stringField(3, 'Auto approving kubelet client certificate after SubjectAccessReview.'),
  messageField(4, TIME_BYTES),
  messageField(5, TIME_BYTES),
  stringField(6, 'True'),
)

/** Of a TokenReview in JSON, as clients ask that are no kubelets: the Konnectivity server does. */
export function jsonTokenReviewRequest(tokenBytes: number, audiences: readonly string[]): Size {
  const text = {
    kind: 'TokenReview',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec: { token: '', audiences },
    status: { user: {} },
  }
  return computed(utf8Bytes(JSON.stringify(text)) + tokenBytes + 1)
}

function extraFields(field: number, extra: Extra): number {
  let bytes = 0
  for (const [key, value] of extra)
    bytes += messageField(field, stringField(1, key), messageField(2, stringField(1, value)))
  return bytes
}

function versionOf(minor: number, since: number): 'v1' | 'v1beta1' {
  return minor >= since ? 'v1' : 'v1beta1'
}

function computed(bytes: number): Size {
  return { bytes, provenance: 'computed' }
}
