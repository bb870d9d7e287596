import type { Bearer } from '../../../cluster/access/bearer.ts'
import { bootstrapIdentity, type Identity, withAuthenticatedGroup } from '../../../cluster/access/identity.ts'
import {
  APPROVE_REQUEST,
  type BootstrappingPlan,
  type CertificateControllerPlan,
  type CertifiedNode,
  type ControllerMessages,
  CREATE_REQUEST,
  type JoinPlan,
  REVIEW_NODE,
  REVIEW_SELF,
  SIGN_REQUEST,
  type SigningBytes,
  type SigningMessages,
} from '../../../cluster/bootstrapping/bootstrapping-plan.ts'
import { clusterInfoBytes } from '../../../cluster/bootstrapping/cluster-info.ts'
import { CREATION } from '../../../cluster/bootstrapping/signing-requests.ts'
import { agentOf } from '../../../cluster/messages/api-headers.ts'
import {
  approveSigningRequest,
  createSigningRequest,
  createSubjectAccessReview,
  getClusterInfo,
  listSigningRequests,
  signSigningRequest,
  watchSigningRequests,
} from '../../../cluster/messages/apiserver-requests.ts'
import {
  emptyListBytes,
  type ObjectEncoding,
  rawItemBytes,
  type Size,
  watchEventSize,
} from '../../../cluster/messages/object-sizes.ts'
import { accessReviewSizes, signingRequestSizes } from '../../../cluster/messages/review-sizes.ts'
import { isFromKubelet } from '../../../cluster/paths/path-kinds.ts'
import type { Streams } from '../../../engine/streams.ts'
import type { BootstrapToken } from '../../../security/bearer-token.ts'
import type { Certificate } from '../../../security/certificate.ts'
import type { Blueprint } from '../../blueprint.ts'
import type { ExtraCertificateBlueprint } from '../../blueprint-additions.ts'
import type { ClusterBlueprint, NodeBlueprint } from '../../blueprint-cluster.ts'
import { byName } from '../by-name.ts'
import {
  CONTROLLER_PATH,
  CONTROLLER_TOKEN,
  certifiedNodes,
  clientCertificateOf,
  joinPathName,
} from '../expansion/background-paths.ts'
import { nodeNamed, reviewPathOf } from '../expansion/cluster-paths.ts'
import type { HttpCatalogue } from '../http/plan-http.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'
import type { PlannedPaths } from '../paths/plan-paths.ts'
import type { Identities } from '../security/plan-security.ts'
import type { ObjectPlans, Program } from './plan-objects.ts'

export interface BackgroundContext {
  readonly blueprint: Blueprint
  readonly network: PlannedNetwork
  readonly paths: PlannedPaths
  readonly identities: Identities
  readonly streams: Streams
}

/** Who asks for certificates, and who gives them. */
export function planBootstrapping(
  cluster: ClusterBlueprint,
  context: BackgroundContext,
  catalogue: HttpCatalogue,
  objects: ObjectPlans,
): BootstrappingPlan {
  const asking = [...certifiedNodes(context.blueprint, cluster)].sort(byName)
  const extras = [...(context.blueprint.additions?.certificates ?? [])].sort(byName)
  if (asking.length + extras.length === 0) return { nodes: [], controller: null }
  const first = objects.addChanges('signing-requests', CHANGES)
  if (first !== 0) throw new RangeError('changes of signing requests are numbered first')
  const plans = [
    ...asking.map((node, index) => new NodePlans(node, index, cluster, context, objects)),
    ...extras.map((extra, nth) => {
      const node = asIfJoining(nodeNamed(cluster, extra.node), extra)
      return new NodePlans(node, asking.length + nth, cluster, context, objects)
    }),
  ]
  const nodes = plans.map((plan, index) =>
    index < asking.length ? plan.node() : plan.extra(extras[index - asking.length]),
  )
  for (const [request, { certificate, encoding }] of catalogue.callers.entries()) {
    const nth = extras.findIndex(({ name }) => name === certificate)
    if (nth >= 0) plans[asking.length + nth].adopt(request, encoding)
  }
  return { nodes, controller: planController(plans, cluster, context, objects) }
}

/** Whoever asks says that it is the kubelet of this node, and has nothing yet. */
function asIfJoining(node: NodeBlueprint, { certificate, token }: ExtraCertificateBlueprint): NodeBlueprint {
  return { ...node, clientCertificate: certificate, bootstrap: { token, verify: 'none' } }
}

/** No run is so long. */
const NEVER_S = 1e12

const CHANGES = 5

/** Requests have names that the apiserver makes up: `csr-` and five letters. */
const TYPICAL_NAME = 'csr-x2x4z'
/** client-go draws the time between 5 and 10 minutes. */
const WATCH_TIMEOUT_S = 450

/** What kubeadm makes for a token, and puts into its group. */
const KUBEADM_GROUP = 'system:bootstrappers:kubeadm:default-node-token'
const TOKEN_ID = 'abcdef'
/** As whom nodes of kube-up begin, which put the credential into their metadata (4ARMED/kubeletmein; OF_GCE binds him). */
const GCE_USER = 'kubelet'

/** One node, and what is said of its certificates. */
class NodePlans {
  readonly blueprint: NodeBlueprint
  readonly object: number
  readonly identity: Identity
  readonly bootstrap: Identity | null
  readonly sizes: ReturnType<typeof signingRequestSizes>
  private readonly certificate: Certificate
  private readonly index: number
  private readonly token: BootstrapToken | null
  private readonly cluster: ClusterBlueprint
  private readonly context: BackgroundContext
  private readonly objects: ObjectPlans

  constructor(
    blueprint: NodeBlueprint,
    index: number,
    cluster: ClusterBlueprint,
    context: BackgroundContext,
    objects: ObjectPlans,
  ) {
    this.blueprint = blueprint
    this.index = index
    this.cluster = cluster
    this.context = context
    this.objects = objects
    this.object = objects.addObject('signing-requests')
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
    const own = context.blueprint.paths.filter(({ kind, from }) => isFromKubelet(kind) && from === name)
    const path = reviewPathOf(context.blueprint, blueprint)
    return {
      ...this.common(),
      join: this.planJoin(),
      rotation: kubelet.rotateCertificates && path !== undefined ? this.signing(this.kubelet(path.name, null)) : null,
      paths: own.map((each) => lookUp(paths.pathIndex, each.name)).sort((a, b) => a - b),
    }
  }

  private common(): Omit<CertifiedNode, 'join' | 'rotation' | 'paths'> {
    const { blueprint, context, certificate } = this
    const { name } = blueprint
    const { network, streams } = context
    const { notBeforeS, notAfterS } = clientCertificateOf(context.blueprint, blueprint)
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

  /** Nobody asks by himself, and the certificate is none before it is signed. */
  extra({ name }: ExtraCertificateBlueprint): CertifiedNode {
    const node = this.common()
    const lifetimeS = node.notAfterS - node.notBeforeS
    const validity = { notBeforeS: NEVER_S, notAfterS: NEVER_S + lifetimeS }
    return { ...node, ...validity, name: `~${name}`, join: null, rotation: null, paths: [] }
  }

  /** Somebody else's request, which asks for it. */
  adopt(request: number, encoding: ObjectEncoding): void {
    const { objects, sizes, index } = this
    objects.adopt(request, encoding, sizes.response.bytes, { kind: 'change', change: CREATE_REQUEST, subject: index })
  }

  private planJoin(): JoinPlan | null {
    const { objects, context, cluster, token } = this
    const { name, bootstrap, version } = this.blueprint
    if (bootstrap === null || token === null) return null
    const { apiserver } = cluster
    const { issuer } = context.identities.issued(apiserver.servingCertificate)
    const answer = { status: 200, bodyBytes: clusterInfoBytes(issuer, apiserver.configuration.securePort) } as const
    // kube-up puts the CA into the metadata of the node, which kubeadm has nobody to do.
    const isTold = cluster.sshTunneler !== null
    const discover = (step: 'discovery' | 'verified') =>
      objects.message(
        {
          agent: agentOf('kubeadm', version.minor),
          path: joinPathName(name, step),
          bearer: null,
          encoding: 'json',
          node: null,
        },
        getClusterInfo(),
        0,
        answer,
        { kind: 'read' },
      )
    return {
      discovery: isTold ? null : discover('discovery'),
      verifiedDiscovery: isTold || bootstrap.verify !== 'ca' ? null : discover('verified'),
      signing: this.signing(this.kubelet(joinPathName(name, 'token'), { kind: 'bootstrap', token })),
    }
  }

  private kubelet(path: string, bearer: Bearer | null): Program {
    const { name, version } = this.blueprint
    return { agent: agentOf('kubelet', version.minor), path, bearer, encoding: 'protobuf', node: name }
  }

  private signing(program: Program): SigningMessages {
    const { objects, object, index, sizes } = this
    const { minor } = this.blueprint.version
    const subscriptions = [objects.subscribe(object)]
    const list = { status: 200, bodyBytes: emptyListBytes(typeOf(minor)) } as const
    return {
      create: objects.message(
        program,
        createSigningRequest(minor),
        sizes.request.bytes,
        { status: 201, bodyBytes: sizes.response.bytes },
        { kind: 'change', change: CREATE_REQUEST, subject: index },
      ),
      list: objects.message(program, listSigningRequests(TYPICAL_NAME, minor), 0, list, {
        kind: 'list',
        subscriptions,
      }),
      watch: objects.message(
        program,
        watchSigningRequests(TYPICAL_NAME, WATCH_TIMEOUT_S, minor),
        0,
        { status: 200, bodyBytes: 0 },
        { kind: 'watch', subscriptions },
      ),
    }
  }
}

function typeOf(minor: number) {
  return {
    apiVersion: `certificates.k8s.io/${minor >= 19 ? 'v1' : 'v1beta1'}`,
    kind: 'CertificateSigningRequest',
  }
}

export function tokenNamed(name: string, { cluster, identities }: Blueprint): BootstrapToken {
  const found = identities.find((identity) => identity.name === name)
  const expiresS = found?.kind === 'service-account-token' ? found.expiresS : null
  const token = { name, id: TOKEN_ID, extraGroups: [KUBEADM_GROUP], expiresS }
  return cluster?.sshTunneler == null ? token : { ...token, user: GCE_USER }
}

function bytesOf({ response, signed }: { response: Size; signed: Size }): SigningBytes {
  // What the type is called changes no length by much; all are of the newest version.
  const type = typeOf(19)
  return {
    pendingBytes: response.bytes,
    signedBytes: signed.bytes,
    pendingItemBytes: rawItemBytes(type, response.bytes),
    signedItemBytes: rawItemBytes(type, signed.bytes),
    pendingEventBytes: watchEventSize('ADDED', 'protobuf', response).bytes,
    signedEventBytes: watchEventSize('MODIFIED', 'protobuf', signed).bytes,
  }
}

function planController(
  plans: readonly NodePlans[],
  cluster: ClusterBlueprint,
  { blueprint, network, identities }: BackgroundContext,
  objects: ObjectPlans,
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
  const listed = { status: 200, bodyBytes: emptyListBytes(typeOf(minor)) } as const
  const certificateAuthority = identities.issued(blueprintCertificate(plans)).issuer
  return {
    host,
    list: objects.message(program, listSigningRequests(null, minor), 0, listed, { kind: 'list', subscriptions }),
    watch: objects.message(
      program,
      watchSigningRequests(null, WATCH_TIMEOUT_S, minor),
      0,
      { status: 200, bodyBytes: 0 },
      { kind: 'watch', subscriptions },
    ),
    requests: plans.map((plan, node) => planDecision(plan, node, program, minor, objects)),
    signNs: network.hosts[host].cpu.signNs[certificateAuthority.key],
  }

  function blueprintCertificate(all: readonly NodePlans[]): string {
    return clientCertificateOf(blueprint, all[0].blueprint).name
  }
}

function planDecision(
  { sizes, identity, bootstrap }: NodePlans,
  node: number,
  program: Program,
  minor: number,
  objects: ObjectPlans,
): ControllerMessages {
  const review = (subresource: string, who: Identity, change: number) => {
    const { request, response } = accessReviewSizes(who, [], { ...CREATION, subresource }, '', minor)
    return objects.message(
      program,
      createSubjectAccessReview(minor),
      request.bytes,
      { status: 201, bodyBytes: response.bytes },
      { kind: 'change', change, subject: node },
    )
  }
  const update = (line: ReturnType<typeof approveSigningRequest>, before: number, after: number, change: number) =>
    objects.message(program, line, before, { status: 200, bodyBytes: after }, { kind: 'change', change, subject: node })
  const { response, signed } = sizes
  return {
    reviewSelf: review('selfnodeclient', identity, REVIEW_SELF),
    reviewNode: review('nodeclient', bootstrap ?? identity, REVIEW_NODE),
    approve: update(approveSigningRequest(TYPICAL_NAME, minor), response.bytes, response.bytes, APPROVE_REQUEST),
    sign: update(signSigningRequest(TYPICAL_NAME, minor), signed.bytes, signed.bytes, SIGN_REQUEST),
  }
}
