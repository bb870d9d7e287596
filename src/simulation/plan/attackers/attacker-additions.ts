import type { Blueprint, IdentityBlueprint, PathBlueprint } from '../../blueprint.ts'
import type { AdditionsBlueprint, ExtraAgentBlueprint } from '../../blueprint-additions.ts'
import { hostOfAttacker, type PlacedStep, pathsOfStep, stepsInOrder } from './attacker-names.ts'
import { nodeOfPath } from './node-of-path.ts'
import { mainAddress, realPlaceOf } from './server-places.ts'
import { credentialShown } from './shown-credential.ts'

/** Of a path of which there are two: that of what the attacker asked for. */
export function asNode(name: string): string {
  return `${name}/as-node`
}

export function serviceAdditionName({ name }: PlacedStep): string {
  return name
}

export function certificateAdditionName({ name }: PlacedStep, path: PathBlueprint): string {
  return `${name}/${path.name}`
}

/** An agent answers itself, or carries what it gets to where that is for. */
export type AgentManner = 'answers' | 'carries'

export function agentAdditionName({ name }: Pick<PlacedStep, 'name'>, manner: AgentManner): string {
  return `${name}/${manner}`
}

const YEAR_S = 365 * 24 * 3600

/** What attackers' requests may come to change in the cluster, beside what is there without them. */
export function withAttackerAdditions(blueprint: Blueprint): Blueprint {
  const steps = stepsInOrder(blueprint)
  const made = steps.map((placed) => additionsOf(placed, blueprint))
  const identities = steps
    .filter(({ step }) => step.technique === 'bootstrap-node')
    .flatMap((placed) =>
      pathsOfStep(placed.step, blueprint).flatMap((path) => wantedCertificate(placed, path, blueprint)),
    )
  return {
    ...blueprint,
    identities: [...blueprint.identities, ...identities],
    additions: [blueprint.additions ?? {}, ...made].reduce(together),
  }
}

function together(some: AdditionsBlueprint, more: AdditionsBlueprint): AdditionsBlueprint {
  return {
    agents: [...(some.agents ?? []), ...(more.agents ?? [])],
    services: [...(some.services ?? []), ...(more.services ?? [])],
    certificates: [...(some.certificates ?? []), ...(more.certificates ?? [])],
    addresses: [...(some.addresses ?? []), ...(more.addresses ?? [])],
  }
}

function additionsOf(placed: PlacedStep, blueprint: Blueprint): AdditionsBlueprint {
  const host = hostOfAttacker(placed.attacker, blueprint)
  const paths = pathsOfStep(placed.step, blueprint)
  switch (placed.step.technique) {
    case 'readdress-node': {
      const address = mainAddress(host, blueprint)
      return { addresses: paths.filter(({ to }) => to !== host).map(({ to }) => ({ node: to, address })) }
    }
    case 'redirect-service':
      return { services: paths.slice(0, 1).map((path) => takenService(placed, path, host, blueprint)) }
    case 'bootstrap-node':
      return { certificates: paths.flatMap((path) => signedCertificate(placed, path, blueprint)) }
    case 'claim-agent':
      return { agents: claimingAgents(placed, paths, host, blueprint) }
    default:
      return {}
  }
}

function takenService(placed: PlacedStep, path: PathBlueprint, host: string, blueprint: Blueprint) {
  const { address, port } = realPlaceOf(path, blueprint)
  return { name: serviceAdditionName(placed), externalAddress: address, port, endpoints: [{ host, port: path.port }] }
}

function signedCertificate(placed: PlacedStep, path: PathBlueprint, blueprint: Blueprint) {
  const name = certificateAdditionName(placed, path)
  const node = nodeOfPath(path, blueprint)
  const token = credentialShown(placed, blueprint)
  return node === null || token === null ? [] : [{ name, node, certificate: name, token }]
}

/** In the name of the node whose path it is. */
function wantedCertificate(placed: PlacedStep, path: PathBlueprint, blueprint: Blueprint): IdentityBlueprint[] {
  const { cluster } = blueprint
  const node = nodeOfPath(path, blueprint)
  if (cluster === null || node === null) return []
  return [
    {
      kind: 'certificate',
      name: certificateAdditionName(placed, path),
      issuer: cluster.apiserver.configuration.clientCa,
      cn: `system:node:${node}`,
      organizations: ['system:nodes'],
      sans: [],
      usages: ['client'],
      key: 'ecdsa-p256',
      notBeforeS: 0,
      notAfterS: YEAR_S,
    },
  ]
}

/** One agent claims the identifiers of all that it is to have; where nobody checks who answers, it answers itself. */
function claimingAgents(
  placed: PlacedStep,
  paths: readonly PathBlueprint[],
  host: string,
  blueprint: Blueprint,
): readonly ExtraAgentBlueprint[] {
  const claimed = paths.filter(({ tunnel, to }) => tunnel?.kind === 'konnectivity' && to !== host)
  return (['answers', 'carries'] as const).flatMap((manner) => {
    const meant = claimed.filter((path) => mannerFor(path) === manner)
    if (meant.length === 0) return []
    return [
      {
        name: agentAdditionName(placed, manner),
        host,
        server: meant[0].from,
        credential: { kind: 'own' } as const,
        claims: {
          agentIdOf: null,
          identifiers: [...new Set(meant.map(({ to }) => mainAddress(to, blueprint)))],
          defaultRoute: false,
        },
        startNs: null,
        onward: manner === 'carries' ? null : mainAddress(host, blueprint),
      },
    ]
  })
}

function mannerFor({ tls }: PathBlueprint): AgentManner {
  return tls !== null && tls.verify !== 'none' ? 'carries' : 'answers'
}
