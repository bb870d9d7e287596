import type { StreamKey } from '../../engine/streams.ts'
import type { Identity } from '../access/identity.ts'
import type { ObjectMessage } from '../objects/object-requests.ts'

/** How kubelets get certificates, and who gives them. Immutable. */
export interface BootstrappingPlan {
  /** In the order of names: those that begin without a certificate, and those whose certificate may run out. */
  readonly nodes: readonly CertifiedNode[]
  /** null: nobody approves or signs. */
  readonly controller: CertificateControllerPlan | null
}

/** Something to ask, and along which path. */
export interface PathMessage extends ObjectMessage {
  readonly path: number
}

export interface CertifiedNode {
  readonly name: string
  readonly host: number
  /** null: it has its certificate from the start. */
  readonly join: JoinPlan | null
  /** How it asks for the next one; null: it never does (`rotateCertificates`). */
  readonly rotation: SigningMessages | null
  /** Those that it uses with the certificate. */
  readonly paths: readonly number[]
  /** Of the certificate, by name, and whole seconds from tick 0. A new one lives as long. */
  readonly certificate: string
  readonly notBeforeS: number
  readonly notAfterS: number
  /** Its signing request, among watched objects. */
  readonly object: number
  readonly sizes: SigningBytes
  /** Who asks: by the token it joins with, and by the certificate. */
  readonly bootstrapIdentity: Identity | null
  readonly identity: Identity
  /** Of when it asks again. */
  readonly key: StreamKey
}

export interface JoinPlan {
  /** kubeadm reads the cluster's CA from whoever answers, and where the CA is pinned once more from one that it verified. */
  readonly discovery: PathMessage | null
  readonly verifiedDiscovery: PathMessage | null
  readonly signing: SigningMessages
}

/** In this order. */
export interface SigningMessages {
  readonly create: PathMessage
  readonly list: PathMessage
  readonly watch: PathMessage
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
  readonly list: PathMessage
  readonly watch: PathMessage
  /** By node. */
  readonly requests: readonly ControllerMessages[]
  /** What a signature with the CA's key costs. */
  readonly signNs: number
}

export interface ControllerMessages {
  readonly reviewSelf: PathMessage
  readonly reviewNode: PathMessage
  readonly approve: PathMessage
  readonly sign: PathMessage
}

/** Kinds of changes that are asked of the apiserver; the subject is a node. */
export const CREATE_REQUEST = 0
export const REVIEW_SELF = 1
export const REVIEW_NODE = 2
export const APPROVE_REQUEST = 3
export const SIGN_REQUEST = 4
