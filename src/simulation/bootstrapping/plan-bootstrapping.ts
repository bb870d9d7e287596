import type { ExtraCertificateBlueprint } from '../../attack/additions.ts'
import { bootstrapIdentity, type Identity, withAuthenticatedGroup } from '../../cluster/access/identity.ts'
import {
  accessReviewSizes,
  type SigningRequestSizes,
  signingRequestSizes,
  signingRequestType,
} from '../../cluster/access/review-sizes.ts'
import {
  APPROVE_REQUEST,
  type BootstrappingPlan,
  type CertificateControllerPlan,
  type CertifiedNode,
  type ControllerRequests,
  CREATE_REQUEST,
  type JoinPlan,
  REVIEW_NODE,
  REVIEW_SELF,
  SIGN_REQUEST,
  type SigningBytes,
  type SigningPlan,
} from '../../cluster/bootstrapping/bootstrapping-plan.ts'
import { clusterInfoBytes } from '../../cluster/bootstrapping/cluster-info.ts'
import { CREATION } from '../../cluster/bootstrapping/signing-requests.ts'
import { agentOf } from '../../cluster/messages/api-headers.ts'
import {
  approveSigningRequest,
  createSigningRequest,
  createSubjectAccessReview,
  getClusterInfo,
  listSigningRequests,
  signSigningRequest,
  watchSigningRequests,
} from '../../cluster/messages/apiserver-requests.ts'
import {
  emptyListBytes,
  type ObjectEncoding,
  rawItemBytes,
  watchEventBytes,
} from '../../cluster/messages/object-sizes.ts'
import type { RequestLine } from '../../cluster/messages/operations.ts'
import { installerOf } from '../../cluster/paths/connection-settings.ts'
import { isBetween } from '../../cluster/paths/path-kinds.ts'
import { NEWEST_MINOR } from '../../cluster/versions/kubernetes-version.ts'
import type { BootstrapToken } from '../../security/bearer-token.ts'
import type { Certificate } from '../../security/certificate.ts'
import type { NodeBlueprint } from '../blueprint-cluster.ts'
import { byName } from '../by-name.ts'
import { certificateNamed, named } from '../lookups/lookups.ts'
import { lookUp } from '../network/plan-network.ts'
import type { ProgramContext } from '../object-watches/plan-objects.ts'
import {
  kubeletOf,
  type ObjectMessage,
  type ObjectPlans,
  type Program,
  WATCH_TIMEOUT_S,
  type WatchedResource,
} from '../object-watches/plan-objects.ts'
import { tokenNamed } from '../security/bootstrap-token.ts'
import { CONTROLLER_PATH, CONTROLLER_TOKEN, joinPathName } from './expand-bootstrapping.ts'

/** Plans the nodes that request certificates, and the controllers that approve and sign them. */
export function planBootstrapping(context: ProgramContext): BootstrappingPlan {
  const { catalogue } = context
  const { activity, lookups } = context.blueprint
  const requesting = activity.certifiedNodes
  const extras = [...(context.blueprint.additions?.certificates ?? [])].sort(byName)
  if (requesting.length + extras.length === 0) return { nodes: [], controller: null }
  const plans = [
    ...requesting.map((node, index) => new NodePlans(node, index, context)),
    ...extras.map((extra, nth) => {
      const node = asIfJoining(named(lookups.nodes, extra.node), extra)
      return new NodePlans(node, requesting.length + nth, context)
    }),
  ]
  const nodes = plans.map((plan, index) =>
    index < requesting.length ? plan.node() : plan.extra(extras[index - requesting.length]),
  )
  for (const [request, { certificate, encoding }] of catalogue.callers.entries()) {
    const nth = extras.findIndex(({ name }) => name === certificate)
    if (nth >= 0) plans[requesting.length + nth].adopt(request, encoding)
  }
  return { nodes, controller: planController(plans, context) }
}

/** Returns a node as the requester of its certificate sees it: without a certificate, and with a bootstrap token. */
function asIfJoining(node: NodeBlueprint, { certificate, token }: ExtraCertificateBlueprint): NodeBlueprint {
  return { ...node, clientCertificate: certificate, bootstrap: { token, verify: 'none' } }
}

/** A time, in seconds, after the end of every run. */
const NEVER_S = 1e12

/** A typical generated name of a signing request: `csr-` and five letters. */
const TYPICAL_NAME = 'csr-x2x4z'

/** Plans the requests about the certificates of one node. */
class NodePlans {
  readonly blueprint: NodeBlueprint
  readonly object: number
  readonly identity: Identity
  readonly bootstrap: Identity | null
  readonly sizes: SigningRequestSizes
  private readonly certificate: Certificate
  private readonly index: number
  private readonly token: BootstrapToken | null
  private readonly context: ProgramContext

  constructor(blueprint: NodeBlueprint, index: number, context: ProgramContext) {
    this.blueprint = blueprint
    this.index = index
    this.context = context
    this.object = context.objects.addObject()
    const { certificate, issuer } = context.identities.issued(blueprint.clientCertificate)
    this.certificate = certificate
    this.token = blueprint.bootstrap === null ? null : tokenNamed(blueprint.bootstrap.token, context.blueprint)
    this.bootstrap = this.token === null ? null : withAuthenticatedGroup(bootstrapIdentity(this.token))
    this.identity = withAuthenticatedGroup({ user: certificate.cn, groups: certificate.organizations })
    this.sizes = signingRequestSizes(certificate, issuer, this.bootstrap ?? this.identity, blueprint.version.minor)
  }

  node(): CertifiedNode {
    const { blueprint, context } = this
    const { name, kubelet } = blueprint
    const { paths } = context
    const known = context.blueprint.lookups.paths
    const own = (known.byClient.get(name) ?? []).filter(({ kind }) => isBetween(kind, 'kubelet', 'apiserver'))
    const path = known.ofKubelet.get(name)
    return {
      ...this.common(),
      join: this.planJoin(),
      rotation: kubelet.rotateCertificates && path !== undefined ? this.signing(kubeletOf(blueprint, path.name)) : null,
      paths: own.map((each) => lookUp(paths.pathIndex, each.name)).sort((a, b) => a - b),
    }
  }

  private common(): Omit<CertifiedNode, 'join' | 'rotation' | 'paths'> {
    const { blueprint, context, certificate } = this
    const { name } = blueprint
    const { network, streams } = context
    const { notBeforeS, notAfterS } = certificateNamed(
      context.blueprint.lookups.identities,
      blueprint.clientCertificate,
    )
    return {
      name,
      host: lookUp(network.hostIndex, name),
      certificate: certificate.name,
      notBeforeS,
      notAfterS,
      object: this.object,
      sizes: bytesOf(this.sizes),
      bootstrapIdentity: this.bootstrap,
      identity: this.identity,
      key: streams.key(`node/${name}/certificate-rotation`),
    }
  }

  /** Plans a certificate that no kubelet requests. It is invalid until it is signed. */
  extra({ name }: ExtraCertificateBlueprint): CertifiedNode {
    const node = this.common()
    const lifetimeS = node.notAfterS - node.notBeforeS
    const validity = { notBeforeS: NEVER_S, notAfterS: NEVER_S + lifetimeS }
    return { ...node, ...validity, name: `~${name}`, join: null, rotation: null, paths: [] }
  }

  /** Registers a request of a workload or an attacker as one that creates this signing request. */
  adopt(request: number, encoding: ObjectEncoding): void {
    const { context, sizes, index } = this
    context.objects.adopt(request, encoding, sizes.responseBytes, CREATE_REQUEST, index)
  }

  private planJoin(): JoinPlan | null {
    const { context, token } = this
    const { cluster, objects, identities } = context
    const { name, bootstrap, version } = this.blueprint
    if (bootstrap === null || token === null) return null
    const { apiserver } = cluster
    const { issuer } = identities.issued(apiserver.servingCertificate)
    const responseBytes = clusterInfoBytes(issuer, apiserver.configuration.securePort)
    // kube-up puts the CA into the node's metadata, kubeadm does not.
    const isTold = installerOf(cluster.apiserver.configuration) === 'gce'
    const kubeadm = { agent: agentOf('kubeadm', version.minor), bearer: null, encoding: 'json', node: null } as const
    const discover = (step: 'discovery' | 'verified', trusting: Pick<ObjectMessage, 'discovery'> = {}) =>
      objects.read(
        { ...kubeadm, path: joinPathName(name, step) },
        { line: getClusterInfo(), responseBytes, ...trusting },
      )
    // With a pinned CA, nothing that it reads without verification is accepted.
    const trusting = bootstrap.verify === 'none' ? { discovery: { node: name, token: bootstrap.token } } : {}
    return {
      apiserverHost: lookUp(context.network.hostIndex, apiserver.host),
      discovery: isTold ? null : discover('discovery', trusting),
      verifiedDiscovery: isTold || bootstrap.verify !== 'ca' ? null : discover('verified'),
      signing: this.signing(kubeletOf(this.blueprint, joinPathName(name, 'token'), { kind: 'bootstrap', token })),
    }
  }

  private signing(program: Program): SigningPlan {
    const { object, index, sizes, context } = this
    const { objects, network } = context
    const { minor } = this.blueprint.version
    const message = {
      line: createSigningRequest(minor),
      bodyBytes: sizes.requestBytes,
      status: 201,
      responseBytes: sizes.responseBytes,
    } as const
    const create = objects.change(program, message, CREATE_REQUEST, index)
    const resource = watchedRequests(TYPICAL_NAME, minor, [objects.subscribe(object)])
    return { create, ...objects.watched(program, lookUp(network.hostIndex, this.blueprint.name), resource) }
  }
}

/** Returns the watched signing requests: the one with this name, or all if `name` is null. */
function watchedRequests(name: string | null, minor: number, subscriptions: readonly number[]): WatchedResource {
  return {
    list: listSigningRequests(name, minor),
    listBytes: emptyListBytes(signingRequestType(minor)),
    watch: watchSigningRequests(name, WATCH_TIMEOUT_S, minor),
    subscriptions,
  }
}

function bytesOf({ responseBytes, signedBytes }: SigningRequestSizes): SigningBytes {
  // The length of the type's name changes little, so the name in the newest version is used for all.
  const type = signingRequestType(NEWEST_MINOR)
  return {
    pendingBytes: responseBytes,
    signedBytes,
    pendingItemBytes: rawItemBytes(type, responseBytes),
    signedItemBytes: rawItemBytes(type, signedBytes),
    pendingEventBytes: watchEventBytes('ADDED', 'protobuf', responseBytes),
    signedEventBytes: watchEventBytes('MODIFIED', 'protobuf', signedBytes),
  }
}

function planController(
  plans: readonly NodePlans[],
  { cluster, network, identities, objects }: ProgramContext,
): CertificateControllerPlan {
  const { minor } = cluster.version
  const host = lookUp(network.hostIndex, cluster.apiserver.host)
  const isInsecure = cluster.apiserver.configuration.insecurePort !== 0
  const program: Program = {
    agent: agentOf('kube-controller-manager', minor),
    path: CONTROLLER_PATH,
    bearer: isInsecure ? null : { kind: 'service-account', token: identities.token(CONTROLLER_TOKEN) },
    encoding: 'protobuf',
    node: null,
  }
  const subscriptions = plans.map(({ object }) => objects.subscribe(object))
  const certificateAuthority = identities.issued(plans[0].blueprint.clientCertificate).issuer
  return {
    host,
    signingRequests: objects.watched(program, host, watchedRequests(null, minor, subscriptions)),
    requests: plans.map((plan, node) => planDecision(plan, node, program, minor, objects)),
    signNs: network.hosts[host].cpu.signNs[certificateAuthority.key],
  }
}

function planDecision(
  { sizes, identity, bootstrap }: NodePlans,
  node: number,
  program: Program,
  minor: number,
  objects: ObjectPlans,
): ControllerRequests {
  const review = (subresource: string, who: Identity, change: number) => {
    const { requestBytes, responseBytes } = accessReviewSizes(who, { ...CREATION, subresource }, '', minor)
    const line = createSubjectAccessReview(minor)
    const message = { line, bodyBytes: requestBytes, status: 201, responseBytes } as const
    return objects.change(program, message, change, node)
  }
  const update = (line: RequestLine, bodyBytes: number, change: number) =>
    objects.change(program, { line, bodyBytes, responseBytes: bodyBytes }, change, node)
  const { responseBytes, signedBytes } = sizes
  return {
    reviewSelf: review('selfnodeclient', identity, REVIEW_SELF),
    reviewNode: review('nodeclient', bootstrap ?? identity, REVIEW_NODE),
    approve: update(approveSigningRequest(TYPICAL_NAME, minor), responseBytes, APPROVE_REQUEST),
    sign: update(signSigningRequest(TYPICAL_NAME, minor), signedBytes, SIGN_REQUEST),
  }
}
