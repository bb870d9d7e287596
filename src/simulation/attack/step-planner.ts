import type {
  AttackedPath,
  AttackedPod,
  PlannedRequest,
  ServerKind,
  StepPlanner,
} from '../../attack/techniques/step-planner.ts'
import type { Technique } from '../../attack/techniques/technique.ts'
import { USED_TECHNIQUES } from '../../attack/techniques.ts'
import { PASS_RANGES } from '../../cluster/apiserver/apiserver-service.ts'
import { EXTERNAL_IP_RANGER } from '../../cluster/flags/apiserver/enable-admission-plugins.ts'
import { operationOf } from '../../cluster/messages/operations.ts'
import { assert } from '../../engine/assert.ts'
import type { Blueprint, PathBlueprint } from '../blueprint.ts'
import type { PodBlueprint } from '../blueprint-cluster.ts'
import { attackersPathName, hostOfAttacker, type NumberedStep, pathsOfStep } from '../lookups/attacker-names.ts'
import { isAllowedTo, namespacesIn } from '../lookups/granted.ts'
import { hostOfPod } from '../lookups/members.ts'
import { defaultVersionOf } from '../lookups/path-traits.ts'
import { connectionPathsOf, mainAddress, realPlaceOf } from '../lookups/server-places.ts'
import { attackerRequest, serverKindOf } from './attacker-request.ts'
import { agentCredentialOf, credentialUsed } from './used-credential.ts'

const EXEC = {
  kind: 'resource',
  verb: 'create',
  group: '',
  version: 'v1',
  resource: 'pods',
  subresource: 'exec',
  fieldSelector: null,
} as const

/** Returns the view of the scenario that a step's technique is planned with. */
export function stepPlanner(placed: NumberedStep, blueprint: Blueprint): StepPlanner {
  const host = hostOfAttacker(placed.attacker, blueprint)
  const credential = credentialUsed(placed, blueprint)
  const pods = blueprint.cluster?.pods ?? []
  return {
    name: placed.name,
    paths: pathsOfStep(placed.step, blueprint),
    host,
    address: mainAddress(host, blueprint),
    parameters: placed.step.parameters,
    credential,
    minor: defaultVersionOf(blueprint).minor,
    agentCredential: (server) => agentCredentialOf(placed, server, blueprint),
    serverOf: ({ name }) => realPlaceOf(pathNamed(name, blueprint), blueprint),
    addressOf: (other) => mainAddress(other, blueprint),
    nodeOf: (path) => nodeOfPath(path, blueprint),
    podsOn: (node) =>
      pods
        .filter((pod) => pod.node === node)
        .map(attackedPod)
        .sort(byPodName),
    leadsToApiserver: ({ name }) => serverKindOf(pathNamed(name, blueprint)) === 'apiserver',
    namespaceFor: (line) => {
      const { cluster } = blueprint
      const names = cluster === null ? [] : namespacesIn(cluster)
      return names.find((name) => isAllowedTo(credential, operationOf(line(name)), blueprint)) ?? 'default'
    },
    isAllowed: (line) => isAllowedTo(credential, operationOf(line), blueprint),
    refusesExternalIps: refusesExternalIps(credential, blueprint),
    canExecInto: ({ name, namespace }) => isAllowedTo(credential, { ...EXEC, name, namespace }, blueprint),
    request: (ask, { name }, server) => {
      const path = pathNamed(name, blueprint)
      return attackerRequest(ask, path, blueprint, server ?? serverKindOf(path), { credential, from: host })
    },
  }
}

/** Returns whether an admission plugin refuses services with external IPs to the holder of a credential. */
function refusesExternalIps(credential: string | null, blueprint: Blueprint): boolean {
  const plugins = blueprint.cluster?.apiserver.configuration.enableAdmissionPlugins ?? []
  if (plugins.includes('DenyServiceExternalIPs')) return true
  return plugins.includes(EXTERNAL_IP_RANGER) && !isAllowedTo(credential, PASS_RANGES, blueprint)
}

/** Returns the requests of a step. Without a cluster there are none to the apiserver. */
export function requestsOf(placed: NumberedStep, blueprint: Blueprint): readonly PlannedRequest[] {
  const technique: Technique = USED_TECHNIQUES[placed.step.technique]
  const requests = technique.requests?.(stepPlanner(placed, blueprint)) ?? []
  return requests.filter(({ to }) => to === 'server' || blueprint.cluster !== null)
}

/** Returns the name of the attacker's own path that a request takes. */
export function viaOf(placed: NumberedStep, { path, to, certificate }: PlannedRequest, blueprint: Blueprint): string {
  if (to === 'server') return attackersPathName(placed, serverPathOf(placed, path, blueprint))
  const name = attackersPathName(placed, pathNamed(path.name, blueprint))
  return certificate === undefined ? name : `${name}/as-node`
}

/** Returns the kind of server that receives an attacker's request. */
export function serverKindOfRequest({ path, to }: PlannedRequest, blueprint: Blueprint): ServerKind {
  return to === 'apiserver' ? to : serverKindOf(pathNamed(path.name, blueprint))
}

/**
 * Returns the path to the server itself. For a service, it is the path to the first endpoint that is not on the
 * attacker's own host; if there is none, to the first endpoint.
 */
export function serverPathOf({ attacker }: NumberedStep, { name }: AttackedPath, blueprint: Blueprint): PathBlueprint {
  const own = hostOfAttacker(attacker, blueprint)
  const isOfOthers = ({ to }: PathBlueprint) => to !== own && nodeAt(to, blueprint) !== own
  const paths = connectionPathsOf(pathNamed(name, blueprint), blueprint)
  return paths.find(isOfOthers) ?? paths[0]
}

function pathNamed(name: string, { paths }: Blueprint): PathBlueprint {
  const path = paths.find((each) => each.name === name)
  assert(path !== undefined, `a technique only uses paths of its step: ${name}`)
  return path
}

/** Returns the node at an end of a path, or the node of the pod there; null if neither end is on a node. */
function nodeOfPath({ from, to }: AttackedPath, blueprint: Blueprint): string | null {
  const { cluster } = blueprint
  if (cluster === null) return null
  const isNode = (name: string | undefined) => cluster.nodes.some((node) => node.name === name)
  return [to, from].map((host) => nodeAt(host, blueprint)).find((name) => name !== undefined && isNode(name)) ?? null
}

/** Returns the node that a host is, or the node of the pod that it is. */
function nodeAt(host: string, { cluster }: Blueprint): string | undefined {
  const node = cluster?.nodes.find(({ name }) => name === host)
  return node?.name ?? cluster?.pods.find((pod) => hostOfPod(pod) === host)?.node
}

function attackedPod({ name, account, app }: PodBlueprint): AttackedPod {
  return { name, account, app, namespace: account.split('/')[0] }
}

function byPodName(a: AttackedPod, b: AttackedPod): number {
  return a.name < b.name ? -1 : 1
}
