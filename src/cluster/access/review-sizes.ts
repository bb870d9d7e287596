import type { Certificate } from '../../security/certificate.ts'
import { certificatePemBytes, certificateRequestPemBytes } from '../../security/certificate-request.ts'
import { apiVersionOf } from '../messages/api-versions.ts'
import type { ResourceOperation } from '../messages/operations.ts'
import {
  booleanField,
  envelopeBytes,
  integerField,
  messageField,
  metadataField,
  stringField,
  stringFields,
  TIME_BYTES,
  UUID,
} from '../messages/protobuf.ts'
import type { Identity } from './identity.ts'

/**
 * Sizes of reviews, TokenRequests and CertificateSigningRequests in protobuf, which kubelets use. They are computed
 * from the fields of the messages (k8s.io/api: authentication, authorization, certificates v1 generated.proto) and were
 * not measured. Managed fields, which some releases add to a response, and `extra` in the user's information are left
 * out.
 */
export interface MessageSizes {
  readonly requestBytes: number
  readonly responseBytes: number
}

/**
 * The sizes of a TokenReview about a token of `tokenBytes`.
 *
 * @param found whose token it is; null: no identity is known, and `error` says why
 */
export function tokenReviewSizes(
  tokenBytes: number,
  found: { readonly identity: Identity; readonly audiences: readonly string[] } | null,
  error: string,
  minor: number,
): MessageSizes {
  const type = { apiVersion: apiVersionOf('authentication.k8s.io', minor), kind: 'TokenReview' }
  const unnamed = stringField(1, '') + stringField(2, '')
  const user =
    found === null
      ? unnamed
      : stringField(1, found.identity.user) + stringField(2, UUID) + stringFields(3, found.identity.groups)
  const bytesWith = (user: number, words: string, accepted: readonly string[]): number => {
    const status = messageField(
      3,
      booleanField(1),
      messageField(2, user),
      stringField(3, words),
      stringFields(4, accepted),
    )
    return envelopeBytes(type, metadataField({}) + messageField(2, messageField(1, tokenBytes)) + status)
  }
  return { requestBytes: bytesWith(unnamed, '', []), responseBytes: bytesWith(user, error, found?.audiences ?? []) }
}

/** Returns the sizes of a SubjectAccessReview about an operation of a user. `reason` is in the response. */
export function accessReviewSizes(
  { user, groups }: Identity,
  operation: ResourceOperation,
  reason: string,
  minor: number,
): MessageSizes {
  const type = { apiVersion: apiVersionOf('authorization.k8s.io', minor), kind: 'SubjectAccessReview' }
  const { verb, group, version, resource, subresource, namespace, name } = operation
  const attributes = [namespace ?? '', verb, group, version, resource, subresource ?? '', name ?? '']
  const spec = messageField(
    2,
    messageField(1, ...attributes.map((value, index) => stringField(index + 1, value))),
    stringField(3, user),
    stringFields(4, groups),
    stringField(6, ''),
  )
  const bytesWith = (words: string): number => {
    const status = messageField(3, booleanField(1), stringField(2, words), stringField(3, ''), booleanField(4))
    return envelopeBytes(type, metadataField({}) + spec + status)
  }
  return { requestBytes: bytesWith(''), responseBytes: bytesWith(reason) }
}

/** Returns the sizes of a TokenRequest for a pod. The response contains the token. */
export function tokenRequestSizes(pod: string, lifetimeS: number, tokenBytes: number): MessageSizes {
  const type = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' }
  const boundTo = messageField(
    3,
    stringField(1, 'Pod'),
    stringField(2, 'v1'),
    stringField(3, pod),
    stringField(4, UUID),
  )
  const spec = messageField(2, boundTo, integerField(4, lifetimeS))
  const bytesWith = (token: number, expires: number): number =>
    envelopeBytes(type, metadataField({}) + spec + messageField(3, messageField(1, token), expires))
  return {
    requestBytes: bytesWith(0, messageField(2)),
    responseBytes: bytesWith(tokenBytes, messageField(2, TIME_BYTES)),
  }
}

export interface SigningRequestSizes extends MessageSizes {
  /** The size of the signed object in a watch event or a response. */
  readonly signedBytes: number
}

export function signingRequestType(minor: number) {
  return { apiVersion: apiVersionOf('certificates.k8s.io', minor), kind: 'CertificateSigningRequest' }
}

/** The sizes of a CertificateSigningRequest of a kubelet, for its client certificate (no SANs) or its serving one. */
export function signingRequestSizes(
  certificate: Certificate,
  issuer: Certificate,
  requester: Identity,
  minor: number,
): SigningRequestSizes {
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
  const stored = metadataField({ name: 'csr-x2x4z', generateName: 'csr-', isStored: true }) + specOf(requester)
  const unsigned = messageField(3)
  const signed = messageField(3, APPROVED_BYTES, messageField(2, certificatePemBytes(certificate, issuer)))
  const type = signingRequestType(minor)
  return {
    requestBytes: envelopeBytes(type, metadataField({ generateName: 'csr-' }) + specOf(null) + unsigned),
    responseBytes: envelopeBytes(type, stored + unsigned),
    signedBytes: envelopeBytes(type, stored + signed),
  }
}

/** The condition that the approver sets (pkg/controller/certificates/approver/sarapprove.go). */
const APPROVED_BYTES: number = messageField(
  1,
  stringField(1, 'Approved'),
  stringField(2, 'AutoApproved'),
  stringField(3, 'Auto approving kubelet client certificate after SubjectAccessReview.'),
  messageField(4, TIME_BYTES),
  messageField(5, TIME_BYTES),
  stringField(6, 'True'),
)
