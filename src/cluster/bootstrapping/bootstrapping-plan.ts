import type { StreamKey } from '../../engine/streams.ts'
import type { Identity } from '../access/identity.ts'
import type { ProgramRequest } from '../objects/object-requests.ts'
import type { ReflectedResource } from '../objects/reflector.ts'

/** The immutable plan for requesting, approving and signing the client certificates of kubelets. */
export interface BootstrappingPlan {
  /** The nodes that start without a certificate, and those whose certificate may expire, by name. */
  readonly nodes: readonly CertifiedNode[]
  /** The controllers that approve and sign certificates; null if there are none. */
  readonly controller: CertificateControllerPlan | null
}

export interface CertifiedNode {
  readonly name: string
  readonly host: number
  /** The plan by which the node gets its first certificate; null if it has one from the start. */
  readonly join: JoinPlan | null
  /**
   * The plan by which the kubelet requests the next certificate; null when it never requests one (`rotateCertificates`
   * is off).
   */
  readonly rotation: SigningPlan | null
  /** The paths on which the kubelet authenticates with the certificate. */
  readonly paths: readonly number[]
  /**
   * The name of the first certificate. `notBeforeS` and `notAfterS` are its validity in whole seconds since tick 0;
   * later certificates have the same lifetime.
   */
  readonly certificate: string
  readonly notBeforeS: number
  readonly notAfterS: number
  /** The signing request, as an index into the watched objects. */
  readonly object: number
  readonly sizes: SigningBytes
  /**
   * The identity that the bootstrap token proves (null without a token), followed by the identity that the certificate
   * proves.
   */
  readonly bootstrapIdentity: Identity | null
  readonly identity: Identity
  /** The key of the random stream from which the time of the next request for a certificate is drawn. */
  readonly key: StreamKey
}

export interface JoinPlan {
  readonly apiserverHost: number
  /**
   * The requests with which kubeadm reads the cluster's CA: first without verification, then again with verification if
   * the CA is pinned.
   */
  readonly discovery: ProgramRequest | null
  readonly verifiedDiscovery: ProgramRequest | null
  readonly signing: SigningPlan
}

/** The signing request that a kubelet creates and then watches. */
export interface SigningPlan extends ReflectedResource {
  readonly create: ProgramRequest
}

/** Sizes of a stored signing request before and after it is signed: alone, in a list and in a watch event. */
export interface SigningBytes {
  readonly pendingBytes: number
  readonly signedBytes: number
  readonly pendingItemBytes: number
  readonly signedItemBytes: number
  readonly pendingEventBytes: number
  readonly signedEventBytes: number
}

/** The controllers that approve and sign kubelets' certificates, in the controller manager. */
export interface CertificateControllerPlan {
  readonly host: number
  readonly signingRequests: ReflectedResource
  /** The requests of the controllers about each node, in the order of `BootstrappingPlan.nodes`. */
  readonly requests: readonly ControllerRequests[]
  /** Processor time of a signature with the CA's key. */
  readonly signNs: number
}

export interface ControllerRequests {
  readonly reviewSelf: ProgramRequest
  readonly reviewNode: ProgramRequest
  readonly approve: ProgramRequest
  readonly sign: ProgramRequest
}

/** Kinds of changes of the object store; their subject is a node. */
export const CREATE_REQUEST = 0
export const REVIEW_SELF = 1
export const REVIEW_NODE = 2
export const APPROVE_REQUEST = 3
export const SIGN_REQUEST = 4
