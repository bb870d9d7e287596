import type { StreamKey } from '../../engine/streams.ts'
import type { Identity } from '../access/identity.ts'
import type { ProgramRequest } from '../objects/object-requests.ts'
import type { ReflectedResource } from '../objects/reflector.ts'

/** How kubelets get certificates, and who gives them. Immutable. */
export interface BootstrappingPlan {
  /** In the order of names: those that begin without a certificate, and those whose certificate may run out. */
  readonly nodes: readonly CertifiedNode[]
  /** null: nobody approves or signs. */
  readonly controller: CertificateControllerPlan | null
}

export interface CertifiedNode {
  readonly name: string
  readonly host: number
  /** null: it has its certificate from the start. */
  readonly join: JoinPlan | null
  /** How it requests the next one; null: it never does (`rotateCertificates`). */
  readonly rotation: SigningPlan | null
  /** Paths on which it uses the certificate. */
  readonly paths: readonly number[]
  /** Of the certificate, by name, and whole seconds from tick 0. A new one lives as long. */
  readonly certificate: string
  readonly notBeforeS: number
  readonly notAfterS: number
  /** Its signing request, among watched objects. */
  readonly object: number
  readonly sizes: SigningBytes
  /** Who it is by the token that it joins with, and by the certificate. */
  readonly bootstrapIdentity: Identity | null
  readonly identity: Identity
  /** Draws when it requests the next certificate. */
  readonly key: StreamKey
}

export interface JoinPlan {
  /** kubeadm reads the cluster's CA without verification, and where the CA is pinned again with verification. */
  readonly discovery: ProgramRequest | null
  readonly verifiedDiscovery: ProgramRequest | null
  readonly signing: SigningPlan
}

/** The signing request that a kubelet creates, and then watches. */
export interface SigningPlan extends ReflectedResource {
  readonly create: ProgramRequest
}

/** A request as it is stored, before and after it is signed, alone in an answer or in a list. */
export interface SigningBytes {
  readonly pendingBytes: number
  readonly signedBytes: number
  readonly pendingItemBytes: number
  readonly signedItemBytes: number
  readonly pendingEventBytes: number
  readonly signedEventBytes: number
}

/** Approver and signer of kubelets' certificates, in the controller manager. */
export interface CertificateControllerPlan {
  readonly host: number
  readonly signingRequests: ReflectedResource
  /** By node. */
  readonly requests: readonly ControllerRequests[]
  /** What a signature with the CA's key costs. */
  readonly signNs: number
}

export interface ControllerRequests {
  readonly reviewSelf: ProgramRequest
  readonly reviewNode: ProgramRequest
  readonly approve: ProgramRequest
  readonly sign: ProgramRequest
}

/** Kinds of changes; the subject is a node. */
export const CREATE_REQUEST = 0
export const REVIEW_SELF = 1
export const REVIEW_NODE = 2
export const APPROVE_REQUEST = 3
export const SIGN_REQUEST = 4
