import { createSigningRequest, getForPod, patchNodeStatus } from '../../../cluster/messages/apiserver-requests.ts'
import { kubeletExec } from '../../../cluster/messages/kubelet-requests.ts'
import { NODE_STATUS_PATCH } from '../../../cluster/messages/object-sizes.ts'
import type { RequestLine } from '../../../cluster/messages/operations.ts'
import { kindForwarding } from '../../../cluster/paths/path-kinds.ts'
import { tokenSecretName } from '../../../cluster/pods/mounted-object-sizes.ts'
import type { Blueprint, PathBlueprint } from '../../blueprint.ts'
import type { PodBlueprint } from '../../blueprint-cluster.ts'
import type { Caller } from '../http/plan-http.ts'
import { defaultVersionOf } from '../paths/path-traits.ts'
import { type AskedFor, askedFor, type ServerKind, serverKindOf } from './asked-for.ts'
import { asNode, certificateAdditionName, serviceAdditionName } from './attacker-additions.ts'
import { attackersPathName, hostOfAttacker, type PlacedStep, pathsOfStep } from './attacker-names.ts'
import { nodeOfPath } from './node-of-path.ts'
import { mainAddress, waysOf } from './server-places.ts'
import { credentialShown, ownCredential } from './shown-credential.ts'
import { upgradeProtocol } from './upgrade-protocol.ts'

/** A request of an attacker's own. */
export interface AskSpec {
  /** That it is about. */
  readonly path: PathBlueprint
  /** The name of the attacker's own path, along which it goes. */
  readonly via: string
  readonly server: ServerKind
  readonly asked: AskedFor
  readonly caller: Partial<Caller>
  /** A token or a certificate; null: nothing. */
  readonly shows: string | null
  /** The same, where its position does not come with it, so that it must have it first. */
  readonly credential: string | null
  /** It comes so long after the one before it has been answered; null: when its step begins. */
  readonly pauseNs: number | null
  /** What is said on the same connection when that has been refused. */
  readonly tail: { readonly asked: AskedFor; readonly pod: string } | null
}

export function askSpecs(placed: PlacedStep, blueprint: Blueprint): readonly AskSpec[] {
  const paths = pathsOfStep(placed.step, blueprint)
  switch (placed.step.technique) {
    case 'direct-request':
      return paths.map((path) => directRequest(placed, path, blueprint))
    case 'readdress-node':
      return paths
        .filter(({ to }) => to !== hostOfAttacker(placed.attacker, blueprint))
        .map((path) => readdressing(placed, path, blueprint))
    case 'redirect-service':
      return paths.slice(0, 1).map((path) => redirecting(placed, path, blueprint))
    case 'bootstrap-node':
      return paths.flatMap((path) => bootstrapping(placed, path, blueprint))
    case 'smuggle-request':
      return paths.flatMap((path) => smuggling(placed, path, blueprint))
    default:
      return []
  }
}

function common(placed: PlacedStep, path: PathBlueprint, blueprint: Blueprint): Omit<AskSpec, 'asked' | 'server'> {
  const shows = credentialShown(placed, blueprint)
  const isOwn = shows !== null && shows === ownCredential(placed, blueprint)
  const taken = isOwn ? null : placed.step.credential
  const credential = placed.step.technique === 'bootstrap-node' ? shows : taken
  return { path, via: attackersPathName(placed, path), caller: {}, shows, credential, pauseNs: null, tail: null }
}

/** Of a service it asks the first endpoint. */
function directRequest(placed: PlacedStep, path: PathBlueprint, blueprint: Blueprint): AskSpec {
  return {
    ...common(placed, path, blueprint),
    via: attackersPathName(placed, waysOf(path, blueprint)[0]),
    server: serverKindOf(path),
    asked: askedFor(placed.step.ask, path, blueprint, upgradeProtocol(placed, path, blueprint)),
  }
}

/** It writes its own address into the status of another node. */
function readdressing(placed: PlacedStep, path: PathBlueprint, blueprint: Blueprint): AskSpec {
  const nodeAddress = mainAddress(hostOfAttacker(placed.attacker, blueprint), blueprint)
  return {
    ...common(placed, path, blueprint),
    server: 'apiserver',
    asked: writing(patchNodeStatus(path.to), NODE_STATUS_PATCH.bytes),
    caller: { nodeAddress },
  }
}

/** About: a service in JSON, a signing request with its PEM. */
const SERVICE_BYTES = 400
const SIGNING_REQUEST_BYTES = 900
/** About: a token with the CA. */
const SECRET_BYTES = 3_000

/** It creates a service that has the server's address. */
function redirecting(placed: PlacedStep, path: PathBlueprint, blueprint: Blueprint): AskSpec {
  return {
    ...common(placed, path, blueprint),
    server: 'apiserver',
    asked: writing({ method: 'POST', target: '/api/v1/namespaces/default/services' }, SERVICE_BYTES),
    caller: { service: serviceAdditionName(placed) },
  }
}

/** How long a signer may take before somebody looks again. */
const SIGNING_NS = 2_000_000_000

/** It asks for a certificate in a node's name, and then asks as that node. */
function bootstrapping(placed: PlacedStep, path: PathBlueprint, blueprint: Blueprint): AskSpec[] {
  const node = nodeOfPath(path, blueprint)
  if (node === null || credentialShown(placed, blueprint) === null) return []
  const line = createSigningRequest(defaultVersionOf(blueprint).minor)
  return [
    {
      ...common(placed, path, blueprint),
      server: 'apiserver',
      asked: writing(line, SIGNING_REQUEST_BYTES),
      caller: { certificate: certificateAdditionName(placed, path) },
    },
    {
      ...common(placed, path, blueprint),
      via: asNode(attackersPathName(placed, path)),
      server: 'apiserver',
      asked: askedAsNode(placed, path, node, blueprint),
      shows: null,
      credential: null,
      pauseNs: SIGNING_NS,
    },
  ]
}

/** Nodes read single secrets, and since there is an authorizer for them those of their pods alone. */
function askedAsNode({ step }: PlacedStep, path: PathBlueprint, name: string, blueprint: Blueprint): AskedFor {
  const pods = (blueprint.cluster?.pods ?? []).filter(({ node }) => node === name).sort(byPodName)
  const secrets = askedFor(step.ask ?? 'list-secrets', path, blueprint)
  if (step.ask !== null || pods.length === 0) return secrets
  const [namespace, account] = pods[0].account.split('/')
  return { ...secrets, line: getForPod('secrets', namespace, tokenSecretName(account)), answerBytes: SECRET_BYTES }
}

/** An exec that does not say what for passes the apiserver and not the kubelet; what follows is for the kubelet alone. */
function smuggling(placed: PlacedStep, path: PathBlueprint, blueprint: Blueprint): AskSpec[] {
  const pods = [...(blueprint.cluster?.pods ?? [])].filter(({ node }) => node === path.to).sort(byPodName)
  if (pods.length === 0) return []
  const first = pods.find((pod) => mayExecInto(pod, placed, blueprint)) ?? pods[0]
  const other = pods.find(({ account }) => account !== first.account) ?? first
  const target = `/api/v1/namespaces/${namespaceOf(first)}/pods/${first.name}/exec`
  return [
    {
      ...common(placed, path, blueprint),
      server: 'apiserver',
      asked: { ...writing({ method: 'POST', target }, 0), isUpgrade: true },
      tail: { pod: first.name, asked: onward(placed, other, path, blueprint) },
    },
  ]
}

/** Whoever attacks as a user knows where that may exec. */
function mayExecInto(pod: PodBlueprint, placed: PlacedStep, blueprint: Blueprint): boolean {
  const shown = credentialShown(placed, blueprint)
  const user = blueprint.cluster?.users.find(({ certificate }) => certificate === shown)
  return (user?.rules ?? []).some(
    ({ resources, namespaces }) =>
      resources.some((each) => each === '*' || each === 'pods/exec') &&
      (namespaces === null || namespaces.includes(namespaceOf(pod))),
  )
}

function onward({ step }: PlacedStep, pod: PodBlueprint, path: PathBlueprint, blueprint: Blueprint): AskedFor {
  const asked = askedFor(step.ask ?? 'exec', { ...path, kind: kindForwarding('kubelets') }, blueprint)
  if (step.ask !== null && step.ask !== 'exec') return asked
  const place = { namespace: namespaceOf(pod), pod: pod.name, container: pod.app }
  return { ...asked, line: kubeletExec(place, ['id'], { stdin: false, tty: false }, 'spdy') }
}

function byPodName(a: PodBlueprint, b: PodBlueprint): number {
  return a.name < b.name ? -1 : 1
}

function namespaceOf({ account }: PodBlueprint): string {
  return account.split('/')[0]
}

function writing(line: RequestLine, requestBodyBytes: number): AskedFor {
  return {
    line,
    isUpgrade: false,
    requestBodyBytes,
    answerBytes: requestBodyBytes,
    userAgent: 'curl/8.5.0',
    isKnown: true,
  }
}
